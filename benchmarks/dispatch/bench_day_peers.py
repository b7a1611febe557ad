"""The same day's mathematical program, written directly in linopy for HiGHS and planned by gridpact: seconds, objective, gap, ratio.

    ./dev bench bench_day_peers

Usage: bench_day_peers.py PROGRAM. PROGRAM prepares a shipped case (oba under moments and support, at the operating point that all
methods share), writes its data, and solves it: the fastest of three. The peer gets the same data and the same relative gap, and
LIMIT_S seconds; building and solving count, reading the data does not. Then the peer's program is solved once more with the powers of
gridpact's plan held: that it can be, at the same cost, shows that both are one program. The figures also go to PROGRAM.json.

What the peer is: all rows present, every car a variable per period in which it is parked, quadratic cost by tangents. A row's risk
level e is bounded by tangents T of the exact bound, dense enough for well under 0.1 % of the cost, and a binary z keeps all of the
support instead: e >= T(w) - z T(h) for each tangent, the convex hull of both ways along it, with no big constant; w >= k + (h - k) z.
No row is written that is needless: one whose support is nearer than its least distance has no level, no binary and no tangents, and no
tangent touches beyond a row's support. Both sides of a band count one by one but for reserve, where both can be near (elsewhere the
exact bound of both is that of the nearer one).
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import linopy
import numpy as np
import xarray as xr

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 600
HELD_LIMIT_S = 100
CASES = ("ieee33", "ieee123")
STEP = 1.08  # of the distance from one tangent to the next: e is short by 0.5 % of itself between two at most
COST_TANGENTS = 21
HELD_KW = 0.02  # how near powers are held: the peer's tangents of risk are short by a little
OFF_CENTRE = np.linspace(-0.21, 0.21, 7)  # of tangents of both sides, in deviations


class Rows:
    """All rows of all periods: value = constant + slopes' x, error of mean, sigma and support."""

    def __init__(self, given: dict, columns: np.ndarray):
        self.errors = Errors(given)
        period, constant, slopes, weights, low, high = [], [], [], [], [], []
        for t, tangent in enumerate(given["tangents"]):
            places = [(p["value_pu"], p["slopes"], given["voltage_min_pu"], given["voltage_max_pu"]) for p in tangent["voltage"]]
            places += [(p["value_a"], p["slopes"], -np.inf, p["rating_a"]) for p in tangent["current"]]
            substation = given["substation"]
            places.append((tangent["import"]["value_kw"], tangent["import"]["slopes"], -substation["export_max_kw"],
                           substation["import_limit_kw"]))
            along = np.array([p[1] for p in places])
            period += [t] * len(places)
            constant.append(np.array([p[0] for p in places]) - along[:, columns] @ np.array(tangent["x"])[columns])
            slopes.append(along[:, columns])
            weights.append(along @ self.errors.answered)
            low += [p[2] for p in places]
            high += [p[3] for p in places]
        self.period, self.constant, self.slopes = np.array(period), np.concatenate(constant), np.concatenate(slopes)
        mean, self.sigma, above, below = self.errors.of(self.period, np.concatenate(weights))
        self.upper, self.lower = np.array(high) - mean, mean - np.array(low)
        self.support_upper, self.support_lower = above, below


class Errors:
    def __init__(self, given: dict):
        laws = [given["net_load_errors"], given["station_errors"]]
        self.first = len(laws[0]["sources"])
        self.mean, self.low, self.high = (np.hstack([np.array(law[key]).reshape(given["periods"], -1) for law in laws])
                                          for key in ("mean_kw", "support_low_kw", "support_high_kw"))
        deviation = np.hstack([np.array(law["std_deviation_kw"]).reshape(given["periods"], -1) for law in laws])
        correlation = np.zeros((deviation.shape[1],) * 2)
        correlation[: self.first, : self.first] = laws[0]["correlation"]
        correlation[self.first :, self.first :] = laws[1]["correlation"]
        self.covariance = deviation[:, :, None] * correlation * deviation[:, None, :]
        self.answered = answered(given, deviation.shape[1])

    def of(self, period: np.ndarray, weights: np.ndarray) -> tuple:
        mean = np.sum(weights * self.mean[period], axis=1)
        sigma = np.sqrt(np.einsum("ri,rij,rj->r", weights, self.covariance[period], weights))
        ends = weights * self.low[period], weights * self.high[period]
        return mean, sigma, np.maximum(*ends).sum(axis=1) - mean, mean - np.minimum(*ends).sum(axis=1)


def answered(given: dict, sources: int) -> np.ndarray:
    """How 1 kW of each error moves the columns, once the generators have answered by their shares."""
    columns = given["columns"]
    out = np.zeros((len(given["tangents"][0]["x"]), sources))
    signed = [(c, 1.0) for c in columns["load_kw"]] + [(c, -1.0) for c in columns["renewable_kw"]]
    for j, (column, sign) in enumerate(signed + [(c, 1.0) for c in columns["charge_kw"]]):
        out[column, j] = sign
    for column, g in zip(columns["generator_kw"], given["generators"]):
        out[column] += g["reserve"]["participation"]
    return out


def expression(model, coefficients: np.ndarray, labels: np.ndarray) -> linopy.LinearExpression:
    """Row i: sum over j of coefficients[i, j] times the variable labels[i, j] (-1: none)."""
    data = xr.Dataset({"coeffs": (("row", "_term"), coefficients), "vars": (("row", "_term"), labels)},
                      coords={"row": np.arange(len(labels))})
    return linopy.LinearExpression(data, model)


def of(values, *dims: str) -> xr.DataArray:
    values = np.asarray(values, dtype=float)
    return xr.DataArray(values, dims=dims, coords={dim: np.arange(n) for dim, n in zip(dims, values.shape)})


class Peer:
    def __init__(self, given: dict):
        self.given, self.model, self.cost = given, linopy.Model(), 0.0
        self.dt, self.periods = given["period_h"], given["periods"]
        self.limit = given["joint_violation_limit"]
        self.terms: list = []  # of the objective
        self.levels: list = []  # labels and periods of risk levels
        self.add_decisions()
        self.add_cars()
        self.add_reserve()
        self.add_rows()
        self.add_budgets()
        self.model.add_objective(sum(self.terms[1:], self.terms[0]))

    def add_decisions(self) -> None:
        given, dt, m = self.given, self.dt, self.model
        kinds = ("generator_kw", "generator_kvar", "renewable_kw", "renewable_kvar", "charge_kw")
        self.columns = np.array([c for kind in kinds for c in given["columns"][kind]])
        generators, plants = given["generators"], given["renewables"]
        self.count, self.first_plant = len(generators), 2 * len(generators)
        self.first_charge = self.first_plant + 2 * len(plants)
        each = lambda items, key: np.array([item[key] for item in items])  # noqa: E731
        whole = lambda row: np.tile(row, (self.periods, 1))  # noqa: E731
        available = np.array([p["available_kw"] for p in plants]).T.reshape(self.periods, -1)
        stations = given["stations"]
        low = np.hstack([whole(each(generators, "p_min_kw")), whole(each(generators, "q_min_kvar")), 0 * available,
                         whole(each(plants, "q_min_kvar")), whole(each(stations, "least_charge_kw"))])
        high = np.hstack([whole(each(generators, "p_max_kw")), whole(each(generators, "q_max_kvar")), available,
                          whole(each(plants, "q_max_kvar")), whole(each(stations, "connection_max_kw"))])
        self.x = m.add_variables(of(low, "t", "k"), of(high, "t", "k"), name="x")
        substation = given["substation"]
        self.imported, self.exported = (m.add_variables(of(np.zeros(self.periods), "t"), name=name) for name in ("import", "export"))
        self.terms.append((dt * of(substation["import_price_eur_per_kwh"], "t") * self.imported).sum())
        self.terms.append((-dt * of(substation["export_price_eur_per_kwh"], "t") * self.exported).sum())
        price = each(plants, "curtailment_price_eur_per_kwh")
        self.cost += dt * float(np.sum(available * price))
        plants_kw = self.x.isel(k=slice(self.first_plant, self.first_plant + len(plants)))
        self.terms.append((plants_kw * xr.DataArray(-dt * price, dims="k", coords={"k": plants_kw.coords["k"]})).sum())
        self.add_generation(each)

    def add_generation(self, each) -> None:
        m, generators = self.model, self.given["generators"]
        p = self.x.isel(k=slice(0, self.count))
        cost = m.add_variables(coords=[p.indexes["t"], p.indexes["k"]], name="generation")
        a, b, c = (of(each(generators, f"cost_{key}"), "k") for key in ("a_eur_per_kw2_h", "b_eur_per_kwh", "c_eur_per_h"))
        share = of(np.linspace(0, 1, COST_TANGENTS), "tangent")
        at = of(each(generators, "p_min_kw"), "k") * (1 - share) + of(each(generators, "p_max_kw"), "k") * share
        m.add_constraints(cost - (2 * a * at + b) * p >= c - a * at**2)
        self.terms.append((self.dt * cost).sum())
        step = of(each(generators, "ramp_kw_per_h") * self.dt, "k")
        labels = p.labels.values
        for g in range(self.count):
            change = expression(m, np.tile([1.0, -1.0], (self.periods - 1, 1)), np.stack([labels[1:, g], labels[:-1, g]], axis=1))
            m.add_constraints(change <= float(step[g]))
            m.add_constraints(change >= -float(step[g]))

    def add_cars(self) -> None:
        """A variable per car and period in which it is parked; they add up to each station's charging."""
        m, dt = self.model, self.dt
        cars = [(s, car) for s, station in enumerate(self.given["stations"]) for car in station["cars"]]
        arrival, departure, energy, limit = (np.array([car[key] for _, car in cars])
                                             for key in ("arrival_h", "departure_h", "energy_kwh", "charge_max_kw"))
        ends = dt * np.arange(self.periods + 1)
        parked = np.clip(np.minimum(departure[:, None], ends[1:]) - np.maximum(arrival[:, None], ends[:-1]), 0, None) / dt
        car, t = np.nonzero(parked)
        power = m.add_variables(0.0, of(parked[car, t] * limit[car], "row"), name="car").labels.values
        m.add_constraints(self.summed(power, car, len(cars), dt) == of(energy, "row"))
        station = np.array([s for s, _ in cars])[car]
        groups = station * self.periods + t
        charge = self.x.labels.values[:, self.first_charge :].T.reshape(-1, 1)
        total = self.summed(power, groups, len(charge), 1.0) - expression(m, np.ones(charge.shape), charge)
        m.add_constraints(total == 0.0)

    def summed(self, labels: np.ndarray, groups: np.ndarray, count: int, factor: float) -> linopy.LinearExpression:
        order = np.argsort(groups, kind="stable")
        size = np.bincount(groups, minlength=count)
        slot = np.arange(len(groups)) - np.repeat(np.cumsum(size) - size, size)
        table = np.full((count, max(1, size.max())), -1)
        table[groups[order], slot] = labels[order]
        return expression(self.model, np.full(table.shape, factor), table)

    def add_reserve(self) -> None:
        given, dt, m = self.given, self.dt, self.model
        stations = given["stations"]
        offers = [given["substation"]["reserve"]] + [g["reserve"] for g in given["generators"]]
        self.held = {}
        for way in ("up", "down"):
            price = sum(o["participation"] * o[f"{way}_price_eur_per_kw_h"] for o in offers)
            prices = np.array([price] + [price + s["deviation_price_eur_per_kw_h"] for s in stations])
            held = m.add_variables(of(np.zeros((self.periods, len(prices))), "t", "layer"), name=way)
            self.terms.append((dt * of(prices, "layer") * held).sum())
            self.held[way] = held.labels.values
            total = held.sum("layer")
            most = min(o[f"{way}_max_kw"] / o["participation"] for o in offers if o["participation"] > 0.0)
            m.add_constraints(total <= most)
            for k, g in enumerate(given["generators"]):
                p, share = self.x.isel(k=k), g["reserve"]["participation"]
                m.add_constraints(p + share * total <= g["p_max_kw"] if way == "up" else p - share * total >= g["p_min_kw"])

    def add_rows(self) -> None:
        m = self.model
        rows = Rows(self.given, self.columns)
        labels = self.x.labels.values[rows.period]
        is_import = np.concatenate([np.flatnonzero(rows.period == t)[-1:] for t in range(self.periods)])
        balance = np.hstack([rows.slopes[is_import], np.tile([-1.0, 1.0], (self.periods, 1))])
        traded = np.stack([self.imported.labels.values, self.exported.labels.values], axis=1)
        m.add_constraints(expression(m, balance, np.hstack([labels[is_import], traded])) == of(-rows.constant[is_import], "row"))
        # distance = at - slopes' x
        sides = [(rows.upper - rows.constant, rows.slopes, rows.support_upper), (rows.lower + rows.constant, -rows.slopes, rows.support_lower)]
        self.add_bands(rows, labels, sides)
        sources = self.errors_of(rows)
        for layer, (period, sigma, mean, above, below) in sources:
            up, down = (self.held[way][:, layer].reshape(-1, 1) for way in ("up", "down"))
            minus = -np.ones(up.shape)
            self.add_risk(period, sigma, [(-mean, minus, up, above), (mean, minus, down, below)], both=True)

    def errors_of(self, rows: Rows) -> list:
        """Of each layer's reserve event: the net load, then every station."""
        out, period, n = [], np.arange(self.periods), rows.errors.mean.shape[1]
        for layer in range(1 + n - rows.errors.first):
            weights = (np.arange(n) < rows.errors.first) if layer == 0 else (np.arange(n) == rows.errors.first + layer - 1)
            mean, sigma, above, below = rows.errors.of(period, np.tile(weights.astype(float), (self.periods, 1)))
            out.append((layer, (period, sigma, mean, above, below)))
        return out

    def add_bands(self, rows: Rows, labels: np.ndarray, sides: list) -> None:
        """Rows that have both sides, and those that have only the upper one."""
        for has_lower in (True, False):
            keep = np.isfinite(rows.lower) == has_lower
            given = [(at[keep], slopes[keep], labels[keep], support[keep]) for at, slopes, support in sides[: 1 + has_lower]]
            if keep.any():
                self.add_risk(rows.period[keep], rows.sigma[keep], given, both=False)

    def add_risk(self, period: np.ndarray, sigma: np.ndarray, sides: list, both: bool) -> None:
        """sides: distance = at - slopes' variables, and the support on that side."""
        least = np.sqrt((1 - self.limit) / self.limit)
        scaled = sigma > 0.0
        robust = scaled & np.all([support <= least * sigma for *_, support in sides], axis=0)
        for kept, distance in ((~scaled, 0.0), (robust, 1.0)):
            for at, slopes, labels, support in sides:
                if kept.any():
                    self.model.add_constraints(expression(self.model, slopes[kept], labels[kept])
                                               <= of(at[kept] - distance * support[kept], "row"))
        kept = scaled & ~robust
        if kept.any():
            self.add_levels(period[kept], [self.distance(sigma[kept], *(one[kept] for one in side)) for side in sides], least, both)

    def distance(self, sigma, at, slopes, labels, support) -> tuple:
        """A variable for the distance in deviations, and the support in them."""
        m = self.model
        w = m.add_variables(of(np.zeros(len(at)), "row"))
        here = expression(m, np.hstack([slopes / sigma[:, None], np.ones((len(at), 1))]), np.hstack([labels, w.labels.values[:, None]]))
        m.add_constraints(here == of(at / sigma, "row"))
        return w, of(support / sigma, "row")

    def add_levels(self, period: np.ndarray, sides: list, least: float, both: bool) -> None:
        m = self.model
        level = m.add_variables(0.0, of(np.full(len(period), 1.0), "row"))  # a share of the joint limit
        z = m.add_variables(binary=True, coords=[level.indexes["row"]])
        self.levels.append((level.labels.values, period))
        furthest = max(float(h.max()) for _, h in sides)
        touch = of(least * STEP ** np.arange(int(np.log(furthest / least) / np.log(STEP)) + 2), "tangent")
        value, slope = 1 / (1 + touch**2) / self.limit, -2 * touch / (1 + touch**2) ** 2 / self.limit
        for w, h in sides:
            m.add_constraints(w - (h - least) * z >= least)
            # level >= value + slope (w - touch) - z (value + slope (h - touch))
            m.add_constraints(level - slope * w + (value + slope * (h - touch)) * z >= value - slope * touch, mask=touch <= STEP * h)
        if both:
            self.add_tangents_of_both(level, z, sides, touch)

    def add_tangents_of_both(self, level, z, sides: list, touch: xr.DataArray) -> None:
        """The bound of both sides is (1 + d^2) / T^2 where they are about as far, T half their sum, d half their difference."""
        (upper, h_upper), (lower, h_lower) = sides
        d = of(OFF_CENTRE, "off")
        half = np.sqrt((1 + d**2) * (1 + touch**2))
        p = (1 + d**2) / half**2 / self.limit
        by_half, by_off = -2 * p / half, 2 * d / half**2 / self.limit
        by_upper, by_lower = (by_half - by_off) / 2, (by_half + by_off) / 2
        constant = p - by_half * half - by_off * d
        at_support = constant + by_upper * h_upper + by_lower * h_lower
        near = (np.abs(d) * (half - np.abs(d)) < 1) & (half <= STEP * (h_upper + h_lower) / 2)
        self.model.add_constraints(level - by_upper * upper - by_lower * lower + at_support * z >= constant, mask=near)

    def add_budgets(self) -> None:
        labels, period = (np.concatenate(parts) for parts in zip(*self.levels))
        self.model.add_constraints(self.summed(labels, period, self.periods, 1.0) <= 1.0)


def solved_by_peer(given: dict) -> dict:
    begin = time.perf_counter()
    peer = Peer(given)
    built = time.perf_counter()
    peer.model.solve(solver_name="highs", io_api="direct", mip_rel_gap=given["relative_gap"], time_limit=LIMIT_S, output_flag=False)
    done = time.perf_counter()
    info = peer.model.solver_model.getInfo()
    found = info.primal_solution_status == 2
    return {"build": built - begin, "solve": done - built, "variables": peer.model.nvars, "constraints": peer.model.ncons,
            "cost": info.objective_function_value + peer.cost if found else None, "bound": info.mip_dual_bound + peer.cost,
            "gap": info.mip_gap if found else None}


def cost_at(given: dict, decisions: list) -> float | None:
    """What the peer's program makes of these powers; None if they break it."""
    peer = Peer(given)
    held = of(decisions, "t", "k")
    peer.x.update(lower=held - HELD_KW, upper=held + HELD_KW)
    peer.model.solve(solver_name="highs", io_api="direct", mip_rel_gap=1e-4, time_limit=HELD_LIMIT_S, output_flag=False)
    info = peer.model.solver_model.getInfo()
    return info.objective_function_value + peer.cost if info.primal_solution_status == 2 else None


def run(program: str, case: str) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "input.json"
        ours = json.loads(subprocess.run([program, ROOT / "cases" / case, file], check=True, capture_output=True, text=True).stdout)
        given = json.loads(file.read_text())
    theirs = solved_by_peer(given)
    seconds = theirs["build"] + theirs["solve"]
    print(f"{case}: {ours['rows']} rows, {sum(len(s['cars']) for s in given['stations'])} cars; the peer's program has "
          f"{theirs['variables']} variables, {theirs['constraints']} constraints")
    print(f"  {'':9} {'seconds':>9} {'cost, EUR':>13} {'bound, EUR':>13} {'gap':>9}")
    print(f"  {'gridpact':9} {ours['seconds']:9.3f} {ours['cost']:13.3f} {ours['bound']:13.3f} {1 - ours['bound'] / ours['cost']:9.2e}")
    cost, gap = ("none", "none") if theirs["cost"] is None else (f"{theirs['cost']:.3f}", f"{theirs['gap']:.2e}")
    stopped = "; stopped by the time limit" if theirs["solve"] >= LIMIT_S else ""
    print(f"  {'linopy':9} {seconds:9.3f} {cost:>13} {theirs['bound']:13.3f} {gap:>9}  ({theirs['build']:.1f} s to build{stopped})")
    held = cost_at(given, ours["decisions"])
    there = "which its program does not allow" if held is None else f"{held:.3f} EUR in its program ({held / ours['cost'] - 1:+.2%})"
    print(f"  gridpact's powers: {there}")
    apart = "" if theirs["cost"] is None else f"; costs differ by {abs(theirs['cost'] / ours['cost'] - 1):.2%}"
    print(f"  ratio {'at least ' if stopped else ''}{seconds / ours['seconds']:.0f}{apart}", flush=True)
    return {"gridpact": {key: value for key, value in ours.items() if key != "decisions"}, "linopy": theirs | {"cost_at_gridpact": held}}


def main() -> None:
    program = sys.argv[1]
    figures = {case: run(program, case) for case in CASES}
    Path(f"{program}.json").write_text(json.dumps(figures, indent=1) + "\n")


main()
