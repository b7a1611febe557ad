// Voltages and branches.
const transposedCells = (rows, keep) => keep.flatMap((column, y) => rows.map((row, t) => [t, y, row[column]]));

charts["voltage-band"] = () => {
  const voltage = data.voltage;
  if (!voltage) return null;
  const lowest = (rows) => rows.map((row) => Math.min(...row));
  const highest = (rows) => rows.map((row) => Math.max(...row));
  const pu = (value) => number(value, 4) + " pu";
  const series = [];
  const names = [];
  const told = [];
  const band = (name, low, high, opacity) => {
    const line = { type: "line", stack: name, symbol: "none", lineStyle: { opacity: 0 }, itemStyle: { color: css("blue"), opacity } };
    series.push({ ...line, name: name + ", lowest", data: low }, { ...line, name, data: high.map((value, t) => value - low[t]), areaStyle: { color: css("blue"), opacity } });
    names.push({ name, icon: "roundRect" });
    told.push([name, (t) => number(low[t], 4) + " to " + pu(high[t])]);
  };
  if (voltage.low_pu?.length) band("Margin kept", lowest(voltage.low_pu), highest(voltage.high_pu), 0.18);
  band("All nodes, forecast", lowest(voltage.forecast_pu), highest(voltage.forecast_pu), 0.5);
  const dots = (name, column, symbol) => {
    const values = voltage.measured_pu.map((row) => row[column]);
    series.push({ name, type: "scatter", data: values, symbol, symbolSize: 7, itemStyle: { color: css("red") } });
    names.push(name);
    told.push([name, (t) => pu(values[t])]);
  };
  if (voltage.measured_pu) {
    dots("Measured, least", 0, "circle");
    dots("Measured, greatest", 4, "triangle");
    told.push(["Measured, 5 % to 95 %", (t) => number(voltage.measured_pu[t][1], 4) + " to " + pu(voltage.measured_pu[t][3])]);
  }
  series[0].markLine = { ...limitLine(0, "", "ink"), data: [
    { yAxis: voltage.min_pu, label: { formatter: "lowest permitted", position: "insideEndBottom" } }, { yAxis: voltage.max_pu, label: { formatter: "highest permitted" } }] };
  return {
    legend: legend({ data: names }), tooltip: periodTooltip(told), grid: grid(), xAxis: timeAxis({ boundaryGap: true }),
    yAxis: valueAxis("voltage, pu", { scale: true, axisLabel: { color: css("soft"), formatter: (value) => number(value, 2) },
      min: (range) => Math.floor(100 * Math.min(range.min, voltage.min_pu) - 0.5) / 100,
      max: (range) => Math.ceil(100 * Math.max(range.max, voltage.max_pu) + 0.5) / 100 }),
    series,
  };
};

// Names stand below each other without touching, however many rows the height of the chart holds.
function heatMap({ cells, names, yName, visual, format, height }) {
  const rowHeight = (height - 90) / names.length;
  return {
    tooltip: { ...tooltip(undefined, { trigger: "item" }),
      formatter: ({ value }) => yName + " " + safe(names[value[1]]) + ", " + safe(data.time.labels[value[0]]) + "<br><b>" + format(value[2]) + "</b>" },
    grid: grid({ top: 26, bottom: 64 }), xAxis: timeAxis({ splitArea: { show: false } }),
    yAxis: { type: "category", data: names, inverse: true, name: yName, nameLocation: "start", nameGap: 8,
      nameTextStyle: { ...textStyle(), align: "left" },
      axisLabel: { color: css("soft"), interval: Math.ceil(15 / rowHeight) - 1, width: 110, overflow: "truncate" },
      axisTick: { show: false }, axisLine: { show: false } },
    visualMap: { type: "continuous", orient: "horizontal", left: "center", bottom: 0, itemHeight: 160, itemWidth: 12, calculable: false,
      textStyle: textStyle(), ...visual },
    series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: css("card"), borderWidth: rowHeight < 6 ? 0 : 0.5 }, progressive: 0 }],
  };
}

charts["voltage-map"] = (element) => {
  const voltage = data.voltage;
  if (!voltage) return null;
  return heatMap({ cells: transposedCells(voltage.forecast_pu, voltage.places.map((_, i) => i)), names: voltage.places, yName: "node", height: element.clientHeight,
    format: (pu) => number(pu, 4) + " pu",
    visual: { min: voltage.min_pu, max: voltage.max_pu, text: [number(voltage.max_pu, 2) + " pu", number(voltage.min_pu, 2) + " pu"],
      inRange: { color: [css("low"), css("mid"), css("high")] }, outOfRange: { color: css("alarm") } } });
};

charts["price-map"] = (element) => {
  const voltage = data.voltage;
  if (!voltage?.price_eur_per_kwh) return null;
  const cents = voltage.price_eur_per_kwh.map((row) => row.map((eur) => 100 * eur));
  const all = cents.flat().filter((value) => value !== 0);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const format = (value) => number(value, 2) + " ct/kWh";
  return heatMap({ cells: transposedCells(cents, voltage.places.map((_, i) => i)), names: voltage.places, yName: "node", height: element.clientHeight, format,
    visual: { min: low, max: high, text: [format(high), format(low)], inRange: { color: [css("heat-0"), css("heat-1"), css("heat-2")] } } });
};

charts.branches = (element) => {
  const branches = data.branches;
  if (!branches) return null;
  const loading = branches.current_a.map((row) => row.map((current, l) => branches.rating_a[l] ? current / branches.rating_a[l] : null));
  const highest = branches.names.map((_, l) => Math.max(...loading.map((row) => row[l] ?? -1)));
  const order = branches.names.map((_, l) => l).filter((l) => highest[l] >= 0).sort((a, b) => highest[b] - highest[a] || a - b).slice(0, 12);
  return heatMap({ cells: transposedCells(loading, order), names: order.map((l) => branches.names[l]), yName: "branch", height: element.clientHeight,
    format: percentText, visual: { min: 0, max: Math.max(1, ...highest), text: [percentText(Math.max(1, ...highest)), "0 % of rating"],
      inRange: { color: [css("heat-0"), css("heat-1"), css("heat-2")] } } });
};
