"""Makes the nets and their expected solutions again: pandapower's own balanced power flow.

    ./dev validate pandapower_nets

Each net NAME.json is what pandapower.to_json writes, NAME.expected.json what runpp (its defaults, to 1e-11 MVA) gives:
voltages by the numbers of the buses, powers at both ends of the lines, losses. parameters.json has the tolerances.
"""

import json
import math
import warnings
from pathlib import Path

import pandapower as pp

HERE = Path(__file__).parent
warnings.filterwarnings("ignore")


def line(net, start, end, km, **more):
    return pp.create_line_from_parameters(net, start, end, km, r_ohm_per_km=0.162, x_ohm_per_km=0.117, c_nf_per_km=273,
                                          max_i_ka=0.283, **more)


def town():
    """110 kV grid, two substation transformers with taps, a 20 kV ring that a switch opens, a 0.4 kV street."""
    net = pp.create_empty_network(name="town", sn_mva=1.0)
    grid = pp.create_bus(net, 110.0, name="grid")
    mv = [pp.create_bus(net, 20.0, name=f"mv {i}") for i in range(6)]
    lv = [pp.create_bus(net, 0.4, name=f"lv {i}") for i in range(3)]
    pp.create_ext_grid(net, grid, vm_pu=1.02, va_degree=50.0)
    for tap in (-2, 1):
        pp.create_transformer_from_parameters(
            net, grid, mv[0], sn_mva=25.0, vn_hv_kv=110.0, vn_lv_kv=20.5, vk_percent=11.2, vkr_percent=0.282, pfe_kw=29.0,
            i0_percent=0.071, shift_degree=150.0, tap_side="hv", tap_neutral=0, tap_min=-9, tap_max=9,
            tap_step_percent=1.5, tap_pos=tap, tap_changer_type="Ratio")
    for i, (start, end) in enumerate([(0, 1), (1, 2), (2, 3), (0, 4), (4, 3)]):
        line(net, mv[start], mv[end], 1.5 + i, parallel=2 if i == 0 else 1, name=f"cable {i}")
    pp.create_switch(net, mv[3], 4, et="l", closed=False)
    pp.create_switch(net, mv[4], mv[5], et="b", closed=True)
    pp.create_transformer_from_parameters(
        net, mv[5], lv[0], sn_mva=0.63, vn_hv_kv=20.0, vn_lv_kv=0.4, vk_percent=6.0, vkr_percent=1.206, pfe_kw=1.65,
        i0_percent=0.262, shift_degree=150.0, tap_side="lv", tap_neutral=0, tap_min=-2, tap_max=2, tap_step_percent=2.5,
        tap_pos=1, tap_changer_type="Ratio", parallel=2)
    line(net, lv[0], lv[1], 0.12)
    line(net, lv[1], lv[2], 0.08, g_us_per_km=20.0)
    for bus, (mw, mvar) in {mv[1]: (2.1, 0.6), mv[2]: (3.2, 1.1), mv[3]: (1.4, 0.2), mv[4]: (0.9, 0.3)}.items():
        pp.create_load(net, bus, mw, mvar, scaling=0.8)
    pp.create_load(net, lv[1], 0.11, 0.03, const_z_p_percent=40, const_i_p_percent=30, const_z_q_percent=60,
                   const_i_q_percent=10)
    pp.create_load(net, lv[2], 0.09, 0.02)
    pp.create_load(net, lv[2], 9.0, 2.0, in_service=False)
    pp.create_sgen(net, lv[2], 0.05, -0.01, scaling=0.9)
    pp.create_storage(net, mv[2], -0.4, 1.0, q_mvar=0.05)
    pp.create_shunt(net, mv[3], q_mvar=-0.6, p_mw=0.01, vn_kv=20.5, step=2)
    pp.create_ward(net, mv[1], 0.2, 0.1, 0.15, 0.05)
    pp.create_motor(net, mv[4], pn_mech_mw=0.5, cos_phi=0.87, efficiency_percent=93.0, loading_percent=80.0)
    return net


def three_windings():
    """A transformer of three windings with a tap, an impedance that differs by direction, a second grid in feed."""
    net = pp.create_empty_network(name="three windings", sn_mva=10.0, f_hz=60.0)
    hv, mv, lv, far, end = (pp.create_bus(net, kv) for kv in (110.0, 20.0, 10.0, 20.0, 10.0))
    pp.create_ext_grid(net, hv, vm_pu=1.01)
    pp.create_ext_grid(net, far, vm_pu=0.99, va_degree=-1.5)
    pp.create_transformer3w_from_parameters(
        net, hv, mv, lv, vn_hv_kv=110.0, vn_mv_kv=20.0, vn_lv_kv=10.0, sn_hv_mva=40.0, sn_mv_mva=25.0, sn_lv_mva=15.0,
        vk_hv_percent=10.0, vk_mv_percent=11.0, vk_lv_percent=12.0, vkr_hv_percent=0.3, vkr_mv_percent=0.31,
        vkr_lv_percent=0.32, pfe_kw=30.0, i0_percent=0.1, tap_side="mv", tap_neutral=0, tap_min=-8, tap_max=8,
        tap_step_percent=1.25, tap_pos=3, tap_changer_type="Ratio")
    line(net, mv, far, 12.0)
    pp.create_impedance(net, lv, end, rft_pu=0.01, xft_pu=0.04, sn_mva=20.0, rtf_pu=0.012, xtf_pu=0.045)
    pp.create_load(net, mv, 6.0, 2.0)
    pp.create_load(net, end, 4.0, 1.0)
    pp.create_bus(net, 20.0)  # not connected
    return net


def phase_shifters():
    """Taps that turn the voltage: ideal, and of two parts; a transformer that is open at one end."""
    net = pp.create_empty_network(name="phase shifters")
    grid = pp.create_bus(net, 110.0, name="grid")
    a, b, c = (pp.create_bus(net, 20.0, name=name) for name in "abc")
    pp.create_ext_grid(net, grid)
    common = {"sn_mva": 25.0, "vn_hv_kv": 110.0, "vn_lv_kv": 20.0, "vk_percent": 11.2, "vkr_percent": 0.282, "pfe_kw": 29.0,
              "i0_percent": 0.071, "tap_neutral": 0, "tap_min": -9, "tap_max": 9}
    pp.create_transformer_from_parameters(net, grid, a, shift_degree=0.0, tap_side="hv", tap_step_degree=0.4, tap_pos=4,
                                          tap_changer_type="Ideal", **common)
    pp.create_transformer_from_parameters(net, grid, b, shift_degree=0.0, tap_side="lv", tap_step_percent=1.0,
                                          tap_step_degree=60.0, tap_pos=-3, tap_changer_type="Symmetrical", **common)
    pp.create_transformer_from_parameters(net, grid, c, shift_degree=0.0, **common)
    pp.create_switch(net, c, 2, et="t", closed=False)
    for start, end in ((a, b), (b, c)):
        line(net, start, end, 4.0)
    for bus in (a, b, c):
        pp.create_load(net, bus, 3.0, 1.0)
    return net


def expected(net):
    # voltage_depend_loads is runpp's default; init "dc" keeps the large shifts of vector groups from leading astray.
    pp.runpp(net, tolerance_mva=1e-11, init="dc", calculate_voltage_angles=True, max_iteration=50)
    numbers = range(len(net.bus))
    return {
        "made_with": f"pandapower {pp.__version__}",
        "losses_mw": sum(float(net["res_" + kind].pl_mw.sum()) for kind in ("line", "trafo", "trafo3w", "impedance")
                         if len(net[kind])),
        "buses": [
            None if math.isnan(net.res_bus.vm_pu[i]) else
            {"vm_pu": float(net.res_bus.vm_pu[i]), "va_degree": float(net.res_bus.va_degree[i])} for i in numbers],
        "lines": [{key: float(net.res_line[key][i]) for key in ("p_from_mw", "q_from_mvar", "p_to_mw", "q_to_mvar")}
                  for i in net.line.index],
    }


def main():
    for make in (town, three_windings, phase_shifters):
        net = make()
        net.std_types = {kind: {} for kind in net.std_types}  # pandapower's catalogue is not part of the net
        pp.to_json(net, str(HERE / f"{make.__name__}.json"))
        solved = expected(make())
        (HERE / f"{make.__name__}.expected.json").write_text(json.dumps(solved, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
