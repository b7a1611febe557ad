// What the cars of a file of sessions are like.
const countAxis = (labels, name) => ({ type: "category", data: labels, name, nameLocation: "middle", nameGap: 26, nameTextStyle: textStyle(),
  axisLabel: { color: css("soft"), hideOverlap: true }, axisTick: { show: false }, axisLine: { lineStyle: { color: css("line") } } });

const bars = (name, values, color) => ({ name, type: "bar", data: values, barCategoryGap: "20%",
  itemStyle: { color: css(color), borderColor: css("card"), borderWidth: 0.5 } });

charts.arrivals = () => ({
  legend: legend(), grid: grid(), tooltip: tooltip((value) => number(value, 2) + " cars"),
  xAxis: countAxis(data.arrivals.hours, "hour of the drivers' clock"), yAxis: valueAxis("arrivals per day"),
  series: [bars("Monday to Friday", data.arrivals.workday, "blue"), bars("Saturday and Sunday", data.arrivals.weekend, "orange")],
});

const histogram = (which, name, color) => () => ({
  grid: grid({ top: 36 }), tooltip: tooltip((value) => number(value, 0) + " sessions"),
  xAxis: countAxis(data[which].labels, name), yAxis: valueAxis("sessions"),
  series: [bars("Sessions", data[which].counts, color)],
});
charts.stays = histogram("stays", "parked, h", "green");
charts.energies = histogram("energies", "energy, kWh", "sky");

// Quarters of an hour from midnight, until the last car has left.
const lastQuarter = () => data.power.most_kw.findLastIndex((kw) => kw > 0.002 * Math.max(...data.power.most_kw));
const quarters = (values) => values.slice(0, 12 * Math.ceil((lastQuarter() + 1) / 12) + 1);

const envelope = (least, most, unit, name, extra) => {
  const hidden = { type: "line", stack: "band", symbol: "none", silent: true, lineStyle: { opacity: 0 } };
  const entries = [["Most", (t) => unit(most[t])], ["Least", (t) => unit(least[t])], ...extra.map(([title, values]) => [title, (t) => unit(values[t])])];
  return {
    legend: legend({ data: [{ name: "Possible", icon: "roundRect" }, ...extra.map(([title]) => title)] }), grid: grid(), tooltip: periodTooltip(entries),
    xAxis: timeAxis({ boundaryGap: false, name: "hours from midnight of the day of arrival", data: quarters(data.time.labels),
      axisLabel: { color: css("soft"), interval: (t) => t % 12 === 0, hideOverlap: true } }), yAxis: valueAxis(name, { min: (range) => Math.min(0, range.min) }),
    series: [{ ...hidden, name: "below", data: least },
      { ...hidden, name: "Possible", data: most.map((value, t) => value - least[t]), areaStyle: { color: css("blue"), opacity: 0.25 }, itemStyle: { color: css("blue") } },
      ...extra.map(([title, values, color]) => ({ ...plainLine(css(color), 2), name: title, data: values, z: 5 }))],
  };
};
charts["power-envelope"] = () => envelope(quarters(data.power.least_kw), quarters(data.power.most_kw), power, "power, kW",
  [["Charging at once", quarters(data.power.uncontrolled_kw), "red"]]);
charts["energy-envelope"] = () => envelope(quarters(data.energy.least_kwh), quarters(data.energy.most_kwh), (kwh) => number(kwh, 0) + " kWh", "energy taken, kWh", []);
