// What was learned of the errors: shape, test, dependence, stations.
const fit = data.fit;
const layer = fit.net_load;
const colours = ["blue", "orange", "green", "pink", "sky", "red"];
const colourOf = (index) => css(colours[index % colours.length]);
const lawColours = { fitted: "blue", gaussian: "orange", empirical: "green" };

// Small charts in rows of `across`, one for each thing.
function tiles(count, across, top, height, gap) {
  return Array.from({ length: count }, (_, i) => ({
    left: (100 / across) * (i % across) + 2 + "%", width: 100 / across - 4 + "%",
    top: top + Math.floor(i / across) * (height + gap), height, outerBoundsMode: "same", outerBoundsContain: "axisLabel",
  }));
}

charts.fit_density = (element) => {
  const shapes = layer.shapes;
  const across = narrow(element) ? 1 : Math.min(3, shapes.length);
  if (narrow(element)) element.style.height = 60 + 190 * shapes.length + "px";
  const grids = tiles(shapes.length, across, 60, 130, 60);
  const line = (name, i, values, colour, type) => ({ ...plainLine(css(colour), 2, type), name, xAxisIndex: i, yAxisIndex: i,
    data: values.map((value, b) => [shapes[i].bin_centre[b], value]), itemStyle: { color: css(colour), opacity: 0 } });
  return {
    legend: legend({ data: ["past", "fitted mixture", "one Gaussian"] }), grid: grids, tooltip: tooltip((value) => number(Array.isArray(value) ? value[1] : value, 3)),
    title: shapes.map((shape, i) => ({ text: shape.name, left: grids[i].left, top: grids[i].top - 24, textStyle: { ...textStyle(), fontWeight: "bold" } })),
    xAxis: shapes.map((_, i) => ({ ...valueAxis("", { min: -5, max: 5, interval: 2.5, splitLine: { show: false } }), gridIndex: i })),
    yAxis: shapes.map((_, i) => ({ ...valueAxis("", { axisLabel: { show: false }, splitNumber: 2 }), gridIndex: i })),
    series: shapes.flatMap((shape, i) => [
      { name: "past", type: "bar", barWidth: "95%", xAxisIndex: i, yAxisIndex: i, itemStyle: { color: css("line") }, data: shape.density.map((value, b) => [shape.bin_centre[b], value]) },
      line("fitted mixture", i, shape.fitted_density, "blue"), line("one Gaussian", i, shape.gaussian_density, "orange", "dashed")]),
  };
};

charts.fit_quantiles = () => {
  const shapes = layer.shapes;
  const far = Math.ceil(Math.max(...shapes.flatMap((s) => [...s.quantile_past, ...s.quantile_fitted].map(Math.abs))));
  return {
    legend: legend(), grid: grid({ bottom: 40 }), tooltip: { ...tooltip(undefined, { trigger: "item" }), formatter: (p) => safe(p.seriesName) + "<br>fitted " + number(p.value[0], 2) + " σ, past " + number(p.value[1], 2) + " σ" },
    xAxis: { ...valueAxis("fitted law, deviations", { min: -far, max: far, axisLine: { onZero: false } }), nameLocation: "middle", nameGap: 26, nameTextStyle: textStyle() },
    yAxis: valueAxis("past, deviations", { min: -far, max: far, axisLine: { onZero: false }, axisTick: { show: false } }),
    series: [{ ...plainLine(css("soft"), 1, "dashed"), data: [[-far, -far], [far, far]], silent: true, name: "agreement" },
      ...shapes.map((shape, i) => ({ name: shape.name, type: "scatter", symbolSize: 5, itemStyle: { color: colourOf(i) },
        data: shape.quantile_fitted.map((q, k) => [q, shape.quantile_past[k]]) }))],
  };
};

charts.fit_coverage = () => {
  const held = layer.held_out;
  if (!held) return null;
  const names = [...held.interval_levels.map((level) => number(100 * level, 0) + " % interval"), number(100 * held.band_level, 0) + " % joint day band"];
  const nominal = [...held.interval_levels, held.band_level];
  return {
    legend: legend(), grid: grid(), tooltip: tooltip((value) => number(value, 1) + " points"),
    xAxis: { type: "category", data: names, axisLabel: { color: css("soft"), interval: 0, hideOverlap: true }, axisTick: { show: false }, axisLine: { lineStyle: { color: css("line") } } },
    yAxis: valueAxis("measured − nominal, percentage points"),
    series: held.scores.map((score) => ({ name: score.law, type: "bar", itemStyle: { color: css(lawColours[score.law]) },
      data: [...score.coverage, score.band_coverage].map((share, k) => 100 * (share - nominal[k])) })),
  };
};

charts.fit_pit = () => {
  const held = layer.held_out;
  if (!held) return null;
  const bins = held.scores[0].rank_counts.length;
  return {
    legend: legend(), grid: grid({ bottom: 40 }), tooltip: tooltip((value) => number(value, 2)),
    xAxis: { type: "category", data: Array.from({ length: bins }, (_, b) => number((b + 0.5) / bins, 3)), name: "share of drawn days below what came",
      nameLocation: "middle", nameGap: 26, nameTextStyle: textStyle(), axisLabel: { color: css("soft") }, axisTick: { show: false }, axisLine: { lineStyle: { color: css("line") } } },
    yAxis: valueAxis("relative frequency (1 = even)"),
    series: held.scores.map((score, i) => {
      const total = score.rank_counts.reduce((a, b) => a + b, 0);
      return { name: score.law, type: i ? "line" : "bar", symbol: "none", step: "middle", itemStyle: { color: css(lawColours[score.law]) }, lineStyle: { color: css(lawColours[score.law]) },
        data: score.rank_counts.map((count) => (count * bins) / total), markLine: i ? undefined : limitLine(1, "", "ink") };
    }),
  };
};

function heat(names, rows) {
  return {
    grid: grid({ top: 20, bottom: 60 }), tooltip: { ...tooltip(undefined, { trigger: "item" }), formatter: (p) => safe(names[p.value[1]]) + " and " + safe(names[p.value[0]]) + ": " + number(p.value[2], 2) },
    xAxis: { type: "category", data: names, axisLabel: { color: css("soft"), rotate: 45 }, axisTick: { show: false } },
    yAxis: { type: "category", data: names, inverse: true, axisLabel: { color: css("soft") }, axisTick: { show: false } },
    visualMap: { min: -1, max: 1, show: false, inRange: { color: [css("orange"), css("card"), css("blue")] } },
    series: [{ type: "heatmap", label: { show: names.length <= 12, formatter: (p) => number(p.value[2], 2) },
      data: rows.flatMap((row, i) => row.map((value, j) => ({ value: [j, i, value], label: { color: css(Math.abs(value) > 0.6 ? "card" : "ink") } }))) }],
  };
}
charts.fit_correlation = () => heat(layer.law.sources, layer.law.correlation);

charts.fit_time = () => {
  const all = layer.law.time_correlation;
  if (!all.length) return null;
  const middle = Math.floor(data.time.labels.length / 2);
  return { legend: legend(), grid: grid({ bottom: 40 }), tooltip: tooltip((value) => number(value, 2)), xAxis: timeAxis(),
    yAxis: valueAxis("correlation with " + data.time.labels[middle], { max: 1 }),
    series: all.map((matrix, j) => ({ ...plainLine(colourOf(j), 2), name: layer.law.sources[j], data: matrix[middle], itemStyle: { color: colourOf(j), opacity: 0 } })) };
};

charts.fit_drift = () => {
  if (!layer.months.length) return null;
  return { legend: legend(), grid: grid(), tooltip: tooltip((value) => number(value, 2) + " σ"),
    xAxis: { type: "category", data: layer.months.map((month) => month.month), axisLabel: { color: css("soft") }, axisTick: { show: false }, axisLine: { onZero: false, lineStyle: { color: css("line") } } },
    yAxis: valueAxis("mean error, deviations"),
    series: layer.law.sources.map((name, j) => ({ ...plainLine(colourOf(j), 2), name, data: layer.months.map((month) => month.mean[j]), itemStyle: { color: colourOf(j), opacity: 0 } })) };
};

// A band between two lines: the lower one invisible, the rest stacked upon it.
function band(name, spreads, colour, axis) {
  const base = { type: "line", symbol: "none", stack: name, xAxisIndex: axis, yAxisIndex: axis, lineStyle: { opacity: 0 }, silent: true, tooltip: { show: false } };
  return [{ ...base, data: spreads.map((s) => s.p05) },
    { ...base, data: spreads.map((s) => s.p95 - s.p05), areaStyle: { color: colour, opacity: 0.25 } },
    { ...plainLine(colour, 2), name, xAxisIndex: axis, yAxisIndex: axis, data: spreads.map((s) => s.p50), itemStyle: { color: colour, opacity: 0 } }];
}

fit.stations.forEach((station, s) => {
  charts["fit_station_" + s] = (element) => {
    const across = narrow(element) ? 1 : 2;
    if (across === 1) element.style.height = "560px";
    const grids = tiles(2, across, 60, 190, 60);
    return {
      legend: legend({ data: ["uncontrolled power", "earliest energy", "latest energy"] }), grid: grids, tooltip: tooltip((value) => number(value, 0)),
      xAxis: [0, 1].map((i) => ({ ...timeAxis(), gridIndex: i })),
      yAxis: [{ ...valueAxis("kW"), gridIndex: 0 }, { ...valueAxis("kWh"), gridIndex: 1 }],
      series: [...band("uncontrolled power", station.power_kw, css("blue"), 0), ...band("earliest energy", station.earliest_kwh, css("orange"), 1), ...band("latest energy", station.latest_kwh, css("green"), 1)],
    };
  };
});
