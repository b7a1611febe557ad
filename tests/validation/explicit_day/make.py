"""Makes the expected results of this folder: optima of small days whose mathematical program is written out in full (day_model.py).

    ./dev validate explicit_day

Independent of gridpact: of it are only the data in <day>.json. What is convex is solved by Clarabel through CVXPY: quadratic cost, a row's
risk as a second-order cone (moments at a given level, Xie and Ahmed 2018), as a distance (a factor at a given level) or as a power cone
(levels as decisions, where the errors are known to be symmetric). What needs integers, or levels that are decisions under moments alone,
is solved to proven optimality by SCIP, with binaries for on, start and stop of generators that may stand still, and a binary z for each row
that may keep its whole support instead of a risk level. With distances in deviations (w of one side; T and d half the sum and difference
of both), the row's level e and an auxiliary q

    q + z >= w^-2,    e >= q / (1 + q)                                                                   one side: e >= 1 / (1 + w^2)
    q + z >= s^-2,    e >= (1 + y^2) q,    s = T - pi,   |d| <= y + pi,   0 <= pi <= T                   both: Xie and Ahmed's form

In the second y is at most 1 / w of the nearer side (where the bound has its minimum over pi), so at most sqrt(limit / (1 - limit)).
"""

import json
import math
import tomllib
from pathlib import Path

import clarabel
import cvxpy as cp
import numpy as np
import pyscipopt
from scipy import stats

import day_model
from day_model import INFINITY, Day, Expression, Row

HERE = Path(__file__).parent
GAP = 5e-6  # of the cost, to which SCIP proves its optimum
SYMMETRIC = {"moments+symmetric": 1 / 2, "moments+symmetric+unimodal": 2 / 9}  # of w^-2, a side's risk


def factor(knowledge: str, level: float, degrees: float) -> float:
    """Deviations that a side needs to be kept at a level."""
    match knowledge:
        case "moments":
            return math.sqrt((1 - level) / level)
        case "moments+unimodal":
            return math.sqrt(4 / (9 * level) - 1) if level <= 1 / 6 else math.sqrt(3 * (1 - level) / (1 + 3 * level))
        case "gaussian":
            return stats.norm.isf(level)
        case "student-t":
            return stats.t.isf(level, degrees) * math.sqrt((degrees - 2) / degrees)
    raise ValueError(knowledge)


class Conic:
    """With Clarabel."""

    def __init__(self, day: Day, task: dict, given: dict):
        self.x = cp.Variable(len(day.lower))
        self.constraints = [low <= self.of(e) for low, e, high in day.constraints if -INFINITY < low < high]
        self.constraints += [self.of(e) <= high for low, e, high in day.constraints if low < high < INFINITY]
        self.constraints += [self.of(e) == high for low, e, high in day.constraints if low == high]
        low, high = np.array(day.lower), np.array(day.upper)
        self.constraints += [self.x[low > -INFINITY] >= low[low > -INFINITY], self.x[high < INFINITY] <= high[high < INFINITY]]
        self.add_rows(day, task, given)
        indices, factors = zip(*day.squares)
        self.cost = self.of(day.cost) + cp.sum(cp.multiply(np.array(factors), cp.square(self.x[list(indices)])))

    def of(self, e: Expression):
        if not e.factors:
            return cp.Constant(e.constant)
        return self.x[list(e.factors)] @ np.array(list(e.factors.values())) + e.constant

    def add_rows(self, day: Day, task: dict, given: dict) -> None:
        method, knowledge = task["method"], task.get("knowledge", "")
        most = day_model.most_of_a_row(day, given, task)
        levels = cp.Variable(len(day.rows), nonneg=True)  # shares of the joint limit
        for rows, budget in day_model.budgets(day, task):
            self.constraints.append(cp.sum(levels[rows]) <= budget / most)
        for i, row in enumerate(day.rows):
            if method == "det" or row.sigma == 0.0:
                self.constraints += [self.of(distance) >= 0.0 for distance, _ in row.sides()]
            elif method == "ro":
                self.constraints += [self.of(distance) >= support for distance, support in row.sides()]
            elif method == "oba":
                self.add_symmetric(row, levels[i], math.sqrt(SYMMETRIC[knowledge] / most))
            else:
                self.add_at_level(row, most, knowledge)

    def add_symmetric(self, row: Row, level, least: float) -> None:
        """level >= sum over the sides of (least / w)^2, least being what a side needs that has all of the limit"""
        sides = [cp.power(self.of(distance) / (row.sigma * least), -2) for distance, _ in row.sides()]
        self.constraints.append(sum(sides) <= level)

    def add_at_level(self, row: Row, level: float, knowledge: str) -> None:
        if len(row.sides()) == 1:
            (distance, _), = row.sides()
            self.constraints.append(self.of(distance) >= factor(knowledge, level, row.degrees) * row.sigma)
            return
        if knowledge != "moments":
            raise ValueError(f"{knowledge} has no cone for both sides at once")
        upper, lower = self.of(row.upper) / row.sigma, self.of(row.lower) / row.sigma
        half, off = (upper + lower) / 2, (lower - upper) / 2
        y, pi = cp.Variable(nonneg=True), cp.Variable(nonneg=True)
        self.constraints += [cp.norm(cp.hstack([y, 1.0])) <= math.sqrt(level) * (half - pi), cp.abs(off) <= y + pi, pi <= half]

    def solve(self) -> float | None:
        """The least cost; None if nothing keeps all rows."""
        problem = cp.Problem(cp.Minimize(self.cost), self.constraints)
        problem.solve(solver=cp.CLARABEL, tol_gap_abs=1e-8, tol_gap_rel=1e-8, tol_feas=1e-9, max_iter=500)
        if problem.status == cp.INFEASIBLE:
            return None
        if problem.status != cp.OPTIMAL:
            raise SystemExit(f"Clarabel: {problem.status}")
        return float(problem.value)

    def value(self, e: Expression) -> float:
        return e.constant + sum(factor * float(self.x.value[index]) for index, factor in e.factors.items())


class Integer:
    """With SCIP."""

    def __init__(self, day: Day, task: dict, given: dict):
        self.model = pyscipopt.Model()
        self.model.hideOutput()
        self.model.setParams({"limits/gap": GAP, "numerics/feastol": 1e-7, "numerics/dualfeastol": 1e-9, "limits/time": 600.0})
        self.x = [self.model.addVar(lb=low, ub=high, vtype="B" if i in day.binaries else "C")
                  for i, (low, high) in enumerate(zip(day.lower, day.upper))]
        for low, e, high in day.constraints:
            self.require(low, self.of(e), high)
        self.add_rows(day, task, given)
        cost = self.model.addVar(lb=-INFINITY)
        self.model.addCons(cost >= self.of(day.cost) + pyscipopt.quicksum(a * self.x[i] * self.x[i] for i, a in day.squares))
        self.model.setObjective(cost)

    def of(self, e: Expression):
        return pyscipopt.quicksum(factor * self.x[index] for index, factor in e.factors.items()) + e.constant

    def require(self, low: float, expression, high: float) -> None:
        if low == high:
            self.model.addCons(expression == low)
            return
        if low > -INFINITY:
            self.model.addCons(expression >= low)
        if high < INFINITY:
            self.model.addCons(expression <= high)

    def add_rows(self, day: Day, task: dict, given: dict) -> None:
        method, knowledge = task["method"], task.get("knowledge", "")
        most = day_model.most_of_a_row(day, given, task)
        levels = [self.model.addVar(lb=0.0, ub=most) for _ in day.rows]
        for rows, budget in day_model.budgets(day, task):
            self.model.addCons(pyscipopt.quicksum(levels[i] for i in rows) <= budget)
        for row, level in zip(day.rows, levels):
            if method == "det" or row.sigma == 0.0:
                self.require_distances(row, [0.0 for _ in row.sides()])
            elif method == "ro":
                self.require_distances(row, [support for _, support in row.sides()])
            elif method != "oba" and len(row.sides()) == 1 and not knowledge.endswith("+support"):
                self.require_distances(row, [factor(knowledge, most, row.degrees) * row.sigma])
            else:
                self.add_row(row, level, knowledge.removesuffix("+support"), has_support=knowledge.endswith("+support"))

    def require_distances(self, row: Row, least: list[float]) -> None:
        for (distance, _), enough in zip(row.sides(), least):
            self.require(enough, self.of(distance), INFINITY)

    def add_row(self, row: Row, level, knowledge: str, has_support: bool) -> None:
        """z takes nothing from a row of which it asks for more than a deviation, which the supports of all these days are."""
        z = self.model.addVar(vtype="B", ub=1.0 if has_support else 0.0)
        most = level.getUbOriginal()
        share = SYMMETRIC.get(knowledge)
        least = factor("moments", most, row.degrees) if share is None else math.sqrt(share / most)
        scaled = []
        for distance, support in row.sides():
            if has_support and support < row.sigma:
                raise ValueError("a support of less than a deviation")
            robust = support / row.sigma if has_support else least
            w = self.model.addVar(lb=1.0)
            self.model.addCons(w == self.of(distance) * (1 / row.sigma))
            self.model.addCons(w >= least + (robust - least) * z)
            scaled.append(w)
        if share is not None:
            self.model.addCons(share * pyscipopt.quicksum(self.at_least_inverse_square(w, z) for w in scaled) <= level)
        elif knowledge != "moments":
            raise ValueError(f"{knowledge} has no such form")
        elif len(scaled) == 1:
            q = self.at_least_inverse_square(scaled[0], z)
            self.model.addCons(level * (1 + q) >= q)
        else:
            self.add_both_sides(*scaled, level, z)

    def at_least_inverse_square(self, w, z):
        q = self.model.addVar(lb=0.0)
        self.model.addCons(w ** -2 <= q + z)
        return q

    def add_both_sides(self, upper, lower, level, z) -> None:
        most = level.getUbOriginal()
        y = self.model.addVar(lb=0.0, ub=math.sqrt(most / (1 - most)))
        pi, s = self.model.addVar(lb=0.0), self.model.addVar(lb=1.0)
        self.model.addCons(s == (upper + lower) / 2 - pi)
        for sign in (1, -1):
            self.model.addCons(sign * (lower - upper) / 2 <= y + pi)
        self.model.addCons(level >= self.at_least_inverse_square(s, z) * (1 + y * y))

    def solve(self) -> float | None:
        self.model.optimize()
        if self.model.getStatus() == "infeasible":
            return None
        if self.model.getStatus() not in ("optimal", "gaplimit"):
            raise SystemExit(f"SCIP: {self.model.getStatus()}, gap {self.model.getGap()}")
        return self.model.getObjVal()

    def value(self, e: Expression) -> float:
        return e.constant + sum(factor * self.model.getVal(self.x[index]) for index, factor in e.factors.items())


def has_commitment(given: dict) -> bool:
    return any("commitment" in g for g in given["generators"])


def with_terms(given: dict, terms: dict) -> dict:
    """The day with other terms of starting and stopping."""
    return given | {"generators": [g | {"commitment": g["commitment"] | terms} if "commitment" in g else g for g in given["generators"]]}


def optimum(given: dict, task: dict) -> dict:
    """Where generators may stand still, also which of them run, and what their starts cost."""
    given = with_terms(given, task.get("commitment", {}))
    day = day_model.build(given, task)
    solver = (Integer if task["solver"] == "scip" or has_commitment(given) else Conic)(day, task, given)
    cost = solver.solve()
    if cost is None:
        return {"cost_eur": None}
    if isinstance(solver, Conic):
        return {"cost_eur": cost, "generator_kw": [[solver.value(p) for p in row] for row in day.generator_kw]}
    out = {"cost_eur": cost, "bound_eur": solver.model.getDualbound()}
    if has_commitment(given):
        out["start_eur"] = round(solver.value(day.starts), 6)
        out["on"] = [[round(solver.value(on)) for on in row] for row in day.generator_on]
    return out


def is_asked(task: dict, day: str, given: dict) -> bool:
    return day not in task.get("except", []) and ("commitment" not in task or has_commitment(given))


def main() -> None:
    tasks = tomllib.loads((HERE / "params.toml").read_text())["task"]
    made_with = (f"CVXPY {cp.__version__}, Clarabel {clarabel.__version__}, "
                 f"PySCIPOpt {pyscipopt.__version__} with SCIP {pyscipopt.Model().version()}")
    for file in sorted(HERE.glob("*.json")):
        if not file.name.endswith(".expected.json"):
            given = json.loads(file.read_text())
            asked = [task for task in tasks if is_asked(task, file.stem, given)]
            optima = {task["name"]: optimum(given, task) for task in asked}
            text = json.dumps({"made_with": made_with, "optima": optima}, indent=1)
            file.with_suffix(".expected.json").write_text(text + "\n")


main()
