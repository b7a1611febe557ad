// Schedule, reserve and stations.
const sum = (rows) => data.time.labels.map((_, t) => rows.reduce((total, row) => total + row[t], 0));

// A legend whose names all stand there, on as many rows as the width asks for; `below` is where it ends.
function fullLegend(names, width) {
  const rows = names.reduce(({ count, used }, name) => {
    const entry = 34 + 6.8 * name.length;
    return used + entry > width && used > 0 ? { count: count + 1, used: entry } : { count, used: used + entry };
  }, { count: 1, used: 0 }).count;
  return { options: legend({ type: "plain", data: names }), below: 22 * rows };
}

charts.balance = (element) => {
  const day = data.schedule;
  if (!day) return null;
  const bars = [];
  const bar = (name, values, color) => bars.push({ name, type: "bar", stack: "supply", data: values, barCategoryGap: "12%",
    itemStyle: { color, borderColor: css("card"), borderWidth: 0.5 }, emphasis: { focus: "series" } });
  bar("Import", day.import_kw, css("blue"));
  day.generators.forEach((unit, i) => bar(unit.name, unit.p_kw, shade("green", i, day.generators.length)));
  for (const [kind, color] of [["wind", "sky"], ["pv", "orange"]]) {
    const plants = day.renewables.filter((plant) => plant.kind === kind);
    plants.forEach((plant, i) => bar(plant.name, plant.forecast_kw.map((kw, t) => kw - plant.curtailed_kw[t]), shade(color, i, plants.length)));
  }
  const load = sum(day.loads.map((group) => group.forecast_kw));
  const line = (name, values, color, type, width) => ({ ...plainLine(css(color), width, type), name, step: "middle", data: values, z: 5 });
  const lines = [line("Load", load, "soft", "solid", 1.5)];
  if (data.stations.length) {
    lines.push(line("Load + charging", sum([load, ...data.stations.map((s) => s.charge_kw)]), "ink", "solid", 2.5),
      line("Load + uncontrolled charging", sum([load, ...data.stations.map((s) => s.uncontrolled_kw)]), "red", "dashed", 2));
  }
  const price = "Import price";
  const { options, below } = fullLegend([...lines.map((entry) => entry.name), ...bars.map((entry) => entry.name), price], element.clientWidth);
  const aligned = { left: 58, outerBoundsMode: "none" }; // the hours of both stand below each other
  return {
    legend: options, tooltip: tooltip(power), axisPointer: { link: [{ xAxisIndex: "all" }] },
    grid: [grid({ ...aligned, top: below + 34, bottom: 140 }), grid({ ...aligned, top: undefined, height: 62, bottom: 42 })],
    xAxis: [timeAxis({ name: "", axisLabel: { show: false } }), timeAxis({ gridIndex: 1 })],
    yAxis: [valueAxis("power, kW"), valueAxis("price, €/kWh", { gridIndex: 1, splitNumber: 2, nameGap: 8 })],
    series: [...bars, ...lines, { ...plainLine(css("ink"), 1.5), name: price, step: "middle", xAxisIndex: 1, yAxisIndex: 1, data: day.import_price_eur_per_kwh,
      areaStyle: { color: css("ink"), opacity: 0.08 }, tooltip: { valueFormatter: (value) => number(value, 4) + " €/kWh" } }],
  };
};

charts.reserve = () => {
  const held = data.reserve;
  if (!held) return null;
  const series = [];
  const colour = (i) => i === held.providers.length - 1 ? css("blue") : shade("green", i, held.providers.length - 1);
  held.providers.forEach((provider, i) => {
    for (const [way, values] of [["up", provider.up_kw], ["down", provider.down_kw.map((kw) => -kw)]]) {
      series.push({ name: provider.name, type: "bar", stack: "reserve", data: values, barCategoryGap: "12%",
        itemStyle: { color: colour(i), borderColor: css("card"), borderWidth: 0.5 },
        tooltip: { valueFormatter: (kw) => power(Math.abs(kw)) + " " + way } });
    }
  });
  for (const [way, values] of [["up", held.up_kw], ["down", held.down_kw.map((kw) => -kw)]]) {
    series.push({ ...plainLine(css("ink"), 2), name: "For load, PV and wind", step: "middle", data: values, z: 5,
      tooltip: { valueFormatter: (kw) => power(Math.abs(kw)) + " " + way } });
  }
  return { legend: legend(), tooltip: tooltip(power), grid: grid(), xAxis: timeAxis(), yAxis: valueAxis("reserve, kW (up above, down below)"), series };
};

// All stations on one scale, so that they can be compared; below 0 only where cars feed the grid.
function stationAxis() {
  const sold = (values, t) => values[t] ?? 0;
  const top = Math.max(...data.stations.flatMap((s) => [...s.uncontrolled_kw,
    ...s.charge_kw.map((kw, t) => kw + Math.max(s.up_kw[t], sold(s.sold_down_kw, t)))]));
  const low = Math.min(0, ...data.stations.flatMap((s) => s.charge_kw.map((kw, t) => kw - sold(s.sold_up_kw, t))));
  const axis = roundAxis(top, 3);
  return { ...axis, min: axis.interval * Math.floor(low / axis.interval + 1e-9) };
}

data.stations?.forEach((station, index) => {
  charts["station-" + index] = () => {
    // A station that charges does not fall below 0, however much reserve is held against less.
    const least = Math.min(0, ...station.charge_kw);
    const low = station.charge_kw.map((kw, t) => Math.max(kw - station.down_kw[t], Math.min(kw, least)));
    const width = station.charge_kw.map((kw, t) => kw + station.up_kw[t] - low[t]);
    const hidden = { type: "line", stack: "band", stackStrategy: "all", symbol: "none", silent: true, lineStyle: { opacity: 0 } };
    const sells = station.sold_up_kw.length > 0;
    const called = sells ? [
      { ...plainLine(css("accent"), 1.5, "dotted"), name: "Called", data: station.charge_kw.map((kw, t) => kw - station.sold_up_kw[t]) },
      { ...plainLine(css("accent"), 1.5, "dotted"), name: "Called", data: station.charge_kw.map((kw, t) => kw + station.sold_down_kw[t]) },
    ] : [];
    const sold = sells ? [["Sold: less on call", (t) => power(station.sold_up_kw[t])], ["Sold: more on call", (t) => power(station.sold_down_kw[t])]] : [];
    return {
      legend: legend({ data: ["Planned", { name: "Reserve", icon: "roundRect" }, "Uncontrolled", ...(sells ? ["Called"] : [])] }), grid: grid(),
      tooltip: periodTooltip([["Planned", (t) => power(station.charge_kw[t])], ["Uncontrolled", (t) => power(station.uncontrolled_kw[t])],
        ["Reserve against more", (t) => power(station.up_kw[t])], ["Reserve against less", (t) => power(station.down_kw[t])], ...sold]),
      xAxis: timeAxis({ boundaryGap: false }),
      yAxis: valueAxis("charging, kW", stationAxis()),
      series: [
        { ...hidden, name: "below", data: low },
        { ...hidden, name: "Reserve", data: width, areaStyle: { color: css("pink"), opacity: 0.3 }, itemStyle: { color: css("pink"), opacity: 0.5 } },
        { ...plainLine(css("pink"), 2.5), name: "Planned", data: station.charge_kw },
        { ...plainLine(css("red"), 2, "dashed"), name: "Uncontrolled", data: station.uncontrolled_kw },
        ...called,
      ],
    };
  };
});
