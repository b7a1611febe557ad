"""A small day as one mathematical program, for any solver: docs/theory/planning.md, written out.

From <day>.json, which holds limits, prices, cars, the laws of the errors and the flow's tangent at an operating point, and from a
task of params.toml. Everything is explicit: every car, every row, every period; a row's deviation, mean and support are worked out here.
"""

from dataclasses import dataclass, field

import numpy as np

INFINITY = float("inf")


class Expression:
    """constant + sum of factors times variables."""

    def __init__(self, constant=0.0, factors=None):
        self.constant, self.factors = constant, dict(factors or {})

    def __add__(self, other):
        if not isinstance(other, Expression):
            return Expression(self.constant + other, self.factors)
        out = Expression(self.constant + other.constant, self.factors)
        for index, factor in other.factors.items():
            out.factors[index] = out.factors.get(index, 0.0) + factor
        return out

    def __mul__(self, factor: float):
        return Expression(factor * self.constant, {index: factor * one for index, one in self.factors.items()})

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    __radd__, __rmul__ = __add__, __mul__


@dataclass
class Row:
    """A limit that must hold jointly with others: -lower <= error <= upper, an error of mean 0. A side that is None has no limit."""

    period: int
    layer: str  # "net_load" or "ev"
    upper: Expression | None
    lower: Expression | None
    sigma: float
    support_upper: float
    support_lower: float
    degrees: float  # of the Student t

    def sides(self):
        return [side for side in ((self.upper, self.support_upper), (self.lower, self.support_lower)) if side[0] is not None]


@dataclass
class Day:
    """minimise cost + sum a x^2 subject to bounds, low <= expression <= high, binaries, and rows."""

    lower: list = field(default_factory=list)
    upper: list = field(default_factory=list)
    binaries: list = field(default_factory=list)
    cost: Expression = field(default_factory=Expression)
    squares: list = field(default_factory=list)  # (index, a)
    constraints: list = field(default_factory=list)  # (low, expression, high)
    rows: list = field(default_factory=list)
    generator_kw: list = field(default_factory=list)
    generator_on: list = field(default_factory=list)  # nothing for those that always run
    starts: Expression = field(default_factory=Expression)  # the part of the cost that they are

    def variable(self, lower: float, upper: float, price: float = 0.0) -> Expression:
        self.lower.append(lower)
        self.upper.append(upper)
        out = Expression(0.0, {len(self.lower) - 1: 1.0})
        self.cost += price * out
        return out

    def binary(self) -> Expression:
        self.binaries.append(len(self.lower))
        return self.variable(0.0, 1.0)

    def row_of(self, lower: float, upper: float, count: int) -> list[Expression]:
        return [self.variable(lower, upper) for _ in range(count)]

    def require(self, low: float, expression: Expression, high: float) -> None:
        self.constraints.append((low, expression, high))


def shares(given: dict) -> list[float]:
    return [g["reserve"]["participation"] for g in given["generators"]]


def reserve_price(given: dict, way: str) -> float:
    offers = [given["substation"]["reserve"]] + [g["reserve"] for g in given["generators"]]
    return sum(offer["participation"] * offer[f"{way}_price_eur_per_kw_h"] for offer in offers)


def add_generator(day: Day, given: dict, g: dict) -> tuple[list, list]:
    """Powers per period. Where a generator may stand still, its limits, its no-load cost and its ramps follow whether it runs.

    At what power it ran before the first period is not known; if it stood still, it begins as after any other start.
    """
    dt, periods = given["period_h"], given["periods"]
    stands = "commitment" in g
    p, q = (day.row_of(min(0.0, low) if stands else low, max(0.0, high) if stands else high, periods)
            for low, high in ((g["p_min_kw"], g["p_max_kw"]), (g["q_min_kvar"], g["q_max_kvar"])))
    always, never = [Expression(1.0)] * periods, [Expression()] * periods
    on, start, stop = add_commitment(day, g, p, q) if stands else (always, never, never)
    day.generator_on.append(on if stands else [])
    ramp = g["ramp_kw_per_h"] * dt
    first = max(ramp, g["p_min_kw"])  # that it may start with, and stop from
    for t in range(periods):
        day.squares.append((next(iter(p[t].factors)), dt * g["cost_a_eur_per_kw2_h"]))
        day.cost += dt * (g["cost_b_eur_per_kwh"] * p[t] + g["cost_c_eur_per_h"] * on[t])
        if t > 0:
            day.require(-INFINITY, p[t] - p[t - 1] - ramp * on[t - 1] - first * start[t], 0.0)
            day.require(-INFINITY, p[t - 1] - p[t] - ramp * on[t] - first * stop[t], 0.0)
        elif stands and not g["commitment"]["on_before"]:
            day.require(-INFINITY, p[t] - first * start[t], 0.0)
    return p, q


def add_commitment(day: Day, g: dict, p: list, q: list) -> tuple[list, list, list]:
    """on_t - on_(t-1) = start_t - stop_t; once started (stopped) it stays so for its minimum time, or to the end."""
    terms, periods = g["commitment"], len(p)
    on = [day.binary() for _ in range(periods)]
    start, stop = ([day.binary() for _ in range(periods)] for _ in range(2))
    starts = terms["start_cost_eur"] * sum(start, Expression())
    day.starts += starts
    day.cost += starts
    for t in range(periods):
        before = on[t - 1] if t > 0 else Expression(float(terms["on_before"]))
        day.require(0.0, on[t] - before - start[t] + stop[t], 0.0)
        for later in range(t, min(periods, t + terms["min_up_periods"])):
            day.require(0.0, on[later] - start[t], INFINITY)
        for later in range(t, min(periods, t + terms["min_down_periods"])):
            day.require(-INFINITY, on[later] + stop[t], 1.0)
        for power, low, high in ((p[t], g["p_min_kw"], g["p_max_kw"]), (q[t], g["q_min_kvar"], g["q_max_kvar"])):
            day.require(0.0, power - low * on[t], INFINITY)
            day.require(-INFINITY, power - high * on[t], 0.0)
    return on, start, stop


def parked_share(car: dict, t: int, period_h: float) -> float:
    return max(0.0, min(car["departure_h"], (t + 1) * period_h) - max(car["arrival_h"], t * period_h)) / period_h


def add_car(day: Day, given: dict, car: dict) -> list[Expression]:
    """Charging power per period; one with a battery may give some back, and may take more than its driver wants."""
    dt, periods, battery = given["period_h"], given["periods"], car.get("battery")
    gives = battery["discharge_max_kw"] if battery else 0.0
    power, taken = [], Expression()
    for t in range(periods):
        parked = parked_share(car, t, dt)
        power.append(day.variable(-gives * parked, car["charge_max_kw"] * parked))
        taken += dt * power[t]
        if battery and parked > 0.0:
            arrival = battery["arrival_kwh"]
            day.require(battery["v2g_min_kwh"] - arrival, taken, battery["capacity_kwh"] - arrival)
    day.require(car["energy_kwh"], taken, INFINITY if battery else car["energy_kwh"])
    return power


def add_stations(day: Day, given: dict) -> tuple[list, list, list]:
    """Charging, and reserve held against each station's own deviation."""
    dt, periods = given["period_h"], given["periods"]
    charge, up, down = [], [], []
    for station in given["stations"]:
        cars = [add_car(day, given, car) for car in station["cars"]]
        charge.append([sum((car[t] for car in cars), Expression()) for t in range(periods)])
        for power in charge[-1]:
            day.require(station["least_charge_kw"], power, station["connection_max_kw"])
        for way, held in (("up", up), ("down", down)):
            price = dt * (reserve_price(given, way) + station["deviation_price_eur_per_kw_h"])
            held.append([day.variable(0.0, INFINITY, price) for _ in range(periods)])
    return charge, up, down


def add_offers(day: Day, given: dict, generator_kw: list, up: list, down: list) -> None:
    """Each provider holds its share of all reserve, within its offer and its limits."""
    offers = [(given["substation"]["reserve"], None, None)]
    offers += [(g["reserve"], g, p) for g, p in zip(given["generators"], generator_kw)]
    for offer, g, p in offers:
        share = offer["participation"]
        for t in range(given["periods"]):
            day.require(-INFINITY, share * up[t], offer["up_max_kw"])
            day.require(-INFINITY, share * down[t], offer["down_max_kw"])
            if g and "commitment" not in g:
                day.require(-INFINITY, p[t] + share * up[t], g["p_max_kw"])
                day.require(g["p_min_kw"], p[t] - share * down[t], INFINITY)


class Errors:
    """The errors of one period: of the net load and, independent of them, of each station."""

    def __init__(self, given: dict, t: int):
        laws = [given["net_load_errors"], given["station_errors"]]
        self.mean = np.concatenate([law["mean_kw"][t] for law in laws])
        self.low = np.concatenate([law["support_low_kw"][t] for law in laws])
        self.high = np.concatenate([law["support_high_kw"][t] for law in laws])
        self.degrees = [law["student_degrees"] for law in laws]
        self.first = len(laws[0]["sources"])
        self.covariance = np.zeros((len(self.mean), len(self.mean)))
        for law, begin in zip(laws, (0, self.first)):
            deviation = np.array(law["std_deviation_kw"][t])
            end = begin + len(deviation)
            self.covariance[begin:end, begin:end] = np.outer(deviation, deviation) * np.array(law["correlation"])

    def row(self, t: int, layer: str, weights: np.ndarray, upper, lower) -> Row:
        """A row whose error is weights' times the errors; upper and lower are the distances as if their mean were 0."""
        mean = float(weights @ self.mean)
        high = float(np.sum(np.maximum(weights * self.low, weights * self.high)))
        low = float(np.sum(np.minimum(weights * self.low, weights * self.high)))
        both = (np.any(weights[: self.first]), np.any(weights[self.first :]))
        degrees = min((one for one, used in zip(self.degrees, both) if used), default=INFINITY)
        sigma = float(np.sqrt(weights @ self.covariance @ weights))
        return Row(t, layer, None if upper is None else upper - mean, None if lower is None else lower + mean,
                   sigma, high - mean, mean - low, degrees)


def disturbances(given: dict) -> np.ndarray:
    """How 1 kW of each error moves the columns of the tangent, once the generators have answered by their shares."""
    columns = given["columns"]
    groups, plants, stations = (len(columns[key]) for key in ("load_kw", "renewable_kw", "charge_kw"))
    out = np.zeros((len(given["tangents"][0]["x"]), groups + plants + stations))
    for j, (column, sign) in enumerate([(c, 1.0) for c in columns["load_kw"]] + [(c, -1.0) for c in columns["renewable_kw"]]
                                       + [(c, 1.0) for c in columns["charge_kw"]]):
        out[column, j] += sign
    for column, share in zip(columns["generator_kw"], shares(given)):
        out[column, :] += share
    return out


def add_grid_rows(day: Day, given: dict, t: int, x: list[Expression], errors: Errors, net_import: Expression) -> None:
    tangent, answered = given["tangents"][t], disturbances(given)

    def add(value: Expression, slopes, low: float, high: float) -> None:
        upper = high - value if high < INFINITY else None
        lower = value - low if low > -INFINITY else None
        day.rows.append(errors.row(t, "net_load", np.array(slopes) @ answered, upper, lower))

    for place in tangent["voltage"]:
        add(moved(place["value_pu"], place["slopes"], x), place["slopes"], given["voltage_min_pu"], given["voltage_max_pu"])
    for place in tangent["current"]:
        add(moved(place["value_a"], place["slopes"], x), place["slopes"], -INFINITY, place["rating_a"])
    substation = given["substation"]
    add(net_import, tangent["import"]["slopes"], -substation["export_max_kw"], substation["import_limit_kw"])


def moved(value: float, slopes: list[float], x: list[Expression]) -> Expression:
    return sum((slope * change for slope, change in zip(slopes, x)), Expression(value))


def changes(given: dict, t: int, powers: dict[str, list]) -> list[Expression]:
    """Of every column, from the operating point; one that no power moves stays."""
    x = given["tangents"][t]["x"]
    out = [Expression() for _ in x]
    for kind, columns in given["columns"].items():
        for column, profile in zip(columns, powers[kind]):
            out[column] = Expression() + profile[t] - x[column]
    return out


def separated(rows: list[Row], reserve_rows: set[int], providers: int) -> list[Row]:
    """Every side by itself, and a reserve event once for every provider."""
    out = []
    for row in rows:
        for _ in range(providers if id(row) in reserve_rows else 1):
            for upper, lower in ((row.upper, None), (None, row.lower)):
                if upper is not None or lower is not None:
                    out.append(Row(row.period, row.layer, upper, lower, row.sigma, row.support_upper, row.support_lower, row.degrees))
    return out


def build(given: dict, task: dict) -> Day:
    day, dt, periods = Day(), given["period_h"], given["periods"]
    substation = given["substation"]
    imported = [day.variable(0.0, INFINITY, dt * price) for price in substation["import_price_eur_per_kwh"]]
    exported = [day.variable(0.0, INFINITY, -dt * price) for price in substation["export_price_eur_per_kwh"]]
    generators = [add_generator(day, given, g) for g in given["generators"]]
    day.generator_kw = [p for p, _ in generators]
    renewable_kw, renewable_kvar = [], []
    for plant in given["renewables"]:
        curtailed = [day.variable(0.0, most, dt * plant["curtailment_price_eur_per_kwh"]) for most in plant["available_kw"]]
        renewable_kw.append([most - less for most, less in zip(plant["available_kw"], curtailed)])
        renewable_kvar.append(day.row_of(plant["q_min_kvar"], plant["q_max_kvar"], periods))
    charge, station_up, station_down = add_stations(day, given)
    up = [day.variable(0.0, INFINITY, dt * reserve_price(given, "up")) for _ in range(periods)]
    down = [day.variable(0.0, INFINITY, dt * reserve_price(given, "down")) for _ in range(periods)]
    add_offers(day, given, day.generator_kw, [sum((s[t] for s in station_up), up[t]) for t in range(periods)],
               [sum((s[t] for s in station_down), down[t]) for t in range(periods)])
    powers = {"load_kw": given["load_kw"], "generator_kw": day.generator_kw, "generator_kvar": [q for _, q in generators],
              "renewable_kw": renewable_kw, "renewable_kvar": renewable_kvar, "charge_kw": charge}
    reserve_rows = set()
    for t in range(periods):
        errors, x = Errors(given, t), changes(given, t, powers)
        net_import = moved(given["tangents"][t]["import"]["value_kw"], given["tangents"][t]["import"]["slopes"], x)
        day.require(0.0, net_import - imported[t] + exported[t], 0.0)
        add_grid_rows(day, given, t, x, errors, net_import)
        sources = len(errors.mean)
        day.rows.append(errors.row(t, "net_load", (np.arange(sources) < errors.first).astype(float), up[t], down[t]))
        reserve_rows.add(id(day.rows[-1]))
        for s in range(len(given["stations"])):
            weights = (np.arange(sources) == errors.first + s).astype(float)
            day.rows.append(errors.row(t, "ev", weights, station_up[s][t], station_down[s][t]))
    if task.get("rows", "merged") == "separate":
        providers = sum(offer > 0.0 for offer in [substation["reserve"]["participation"], *shares(given)])
        day.rows = separated(day.rows, reserve_rows, providers)
    return day


def limit_of(task: dict) -> float:
    return task.get("joint_violation_limit", 0.05)


def most_of_a_row(day: Day, given: dict, task: dict) -> float:
    """The level that one row may have: of ba its part of all the risk of all scopes."""
    scopes = given["periods"] if task.get("scope", "period") == "period" else 1
    return limit_of(task) * (scopes / len(day.rows) if task["method"] == "ba" else 1.0)


def budgets(day: Day, task: dict) -> list[tuple[list[int], float]]:
    """oba: rows whose levels share a part of the joint limit, and that part."""
    if task["method"] != "oba":
        return []
    groups: dict = {}
    split = task.get("ev_share")
    for i, row in enumerate(day.rows):
        scope = row.period if task.get("scope", "period") == "period" else 0
        groups.setdefault((scope, row.layer if split is not None else ""), []).append(i)
    part = {"": 1.0} if split is None else {"ev": split, "net_load": 1.0 - split}
    return [(rows, part[layer] * limit_of(task)) for (_, layer), rows in groups.items()]
