"""Plan and verify the case with V2G, battery wear and sold reserve."""

import json
import unittest

from program import ProgramTest, gridpact

CASE = "cases/ieee33_v2g"


class VehicleToGrid(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.out = cls.scratch / "v2g"
        cls.planned = gridpact("plan", CASE, "--out", cls.out)

    def test_stations_sell_reserve_and_discharge_within_their_connections(self):
        self.assert_exit(self.planned, 0)
        self.assertRegex(self.planned.stdout, r"(?m)^  reserve sold +-\d+\.\d\d EUR")
        self.assertIn("cars that lose in a cycle are planned within what they can surely do", self.planned.stdout)
        plan = json.loads((self.out / "plan.json").read_text(encoding="utf-8"))
        self.assert_of_schema(plan, "plan")
        stations = {station["name"]: station for station in plan["stations"]}
        self.assertEqual(stations["campus_13"]["sold_up_kw"], [])
        for name, limit in (("laboratory_23", 200), ("campus_29", 100)):
            self.assertGreater(sum(stations[name]["sold_up_kw"]), 0)
            self.assertLessEqual(max(stations[name]["sold_up_kw"] + stations[name]["sold_down_kw"]), limit + 0.01)
        self.assertGreater(plan["cost"]["wear_eur"], 0)
        self.assertTrue(any(kw < 0 for car in stations["laboratory_6"]["car_charge_kw"] for kw in car))
        self.assertTrue(all(kw >= 0 for car in stations["campus_29"]["car_charge_kw"] for kw in car))

    def test_calls_are_delivered_and_wear_is_told(self):
        result = gridpact("verify", self.out / "plan.json", "--scenarios", 400, "--seed", 7)
        self.assert_exit(result, 0)
        certificate = json.loads((self.out / "certificate.json").read_text(encoding="utf-8"))
        self.assert_of_schema(certificate, "certificate")
        calls = {station["station"]: station["calls_missed"] for station in certificate["stations"]}
        self.assertGreater(calls["campus_29"]["trials"], 200)
        self.assertEqual(calls["campus_13"]["trials"], 0)
        self.assertLessEqual(certificate["calls_missed_upper"], 0.05)
        wear = {station["station"]: station["wear_mean_eur"] for station in certificate["stations"]}
        self.assertGreater(wear["laboratory_6"], 0)
        self.assertEqual(wear["campus_29"], 0)
        self.assertIn("calls of sold reserve missed", result.stdout)


if __name__ == "__main__":
    unittest.main()
