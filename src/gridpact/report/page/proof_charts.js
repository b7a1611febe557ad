// Risk, methods and the certificate.
const kindColours = { voltage: "blue", branch: "orange", import: "sky", reserve: "green", station_reserve: "pink" };
const percentAxis = (name, extra = {}) => valueAxis(name, { axisLabel: { color: css("soft"), formatter: (percents) => String(Number(percents.toPrecision(3))) }, ...extra });
const percents = (share) => 100 * share;
const percentsText = (value) => percentText(value / 100);
// Beside the chart, since within it the label of a limit lies on the last bars.
const limitLabelWidth = 44;

charts.risk = () => {
  const risk = data.risk;
  if (!risk) return null;
  const series = risk.kinds.map(({ kind, name }) => {
    const perPeriod = data.time.labels.map(() => 0);
    for (const share of risk.shares) if (share.kind === kind) perPeriod[share.period] += percents(share.risk_level);
    return { name, type: "bar", stack: "risk", data: perPeriod, barCategoryGap: "12%",
      itemStyle: { color: css(kindColours[kind]), borderColor: css("card"), borderWidth: 0.5 }, used: perPeriod.some((value) => value > 0) };
  }).filter((entry) => entry.used).map(({ used, ...entry }) => entry);
  const limit = risk.scope === "period" ? percents(risk.limit) : 0;
  if (series.length && limit) series[0].markLine = limitLine(limit, "limit", "ink", "yAxis", "end");
  const top = Math.max(1.05 * limit, ...data.time.labels.map((_, t) => series.reduce((total, entry) => total + entry.data[t], 0)));
  return { legend: legend(), tooltip: tooltip(percentsText), grid: grid({ right: limit ? limitLabelWidth : 12 }), xAxis: timeAxis(),
    yAxis: percentAxis("risk granted, %", roundAxis(top, 5)), series };
};

// On a logarithmic axis nothing can stand at 0: it is drawn at the axis' end and told as it is.
const least = 0.01;
const onLog = (share) => Math.max(percents(share), least);
const logAxis = (name) => ({ ...percentAxis(name), type: "log", min: least, max: 100, nameLocation: "middle", nameGap: 26,
  nameTextStyle: textStyle(), minorSplitLine: { show: false } });
const limitMark = (position) => limitLine(percents(data.limit), "limit asked for", "ink", "xAxis", position);
const intervalText = (measured) => percentText(measured.share) + " [" + percentText(measured.lower) + " to " + percentText(measured.upper) + "]";

charts.methods = () => {
  const methods = data.methods.filter((entry) => entry.measured || entry.promised !== undefined);
  if (!methods.length) return null;
  const names = methods.map((entry) => entry.method);
  const measured = methods.map((entry, at) => ({ ...entry, at })).filter((entry) => entry.measured);
  return {
    legend: legend(), grid: grid({ top: 52 }),
    tooltip: { ...tooltip(undefined, { trigger: "item" }), formatter: ({ dataIndex, seriesName }) => {
      const entry = seriesName === "Measured" ? measured[dataIndex] : methods.filter((m) => m.promised !== undefined)[dataIndex];
      return "<b>" + safe(entry.method) + "</b><br>" + (seriesName === "Measured" ? "measured " + intervalText(entry.measured) : "promised ≤ " + percentText(entry.promised));
    } },
    xAxis: logAxis("joint violation, %"), yAxis: { type: "category", data: names, inverse: true, 
      axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: css("ink"), fontSize: 13 }, splitLine: { show: true, lineStyle: { color: css("line") } } },
    series: [
      { name: "Measured", type: "scatter", symbolSize: 12, itemStyle: { color: css("red") }, data: measured.map((entry) => [onLog(entry.measured.share), entry.at]), markLine: limitMark("start"), z: 5 },
      whiskers(measured.map((entry) => ({ low: onLog(entry.measured.lower), high: onLog(entry.measured.upper), at: entry.at })), css("red"), true),
      { name: "Promised", type: "scatter", symbol: "diamond", symbolSize: 15, itemStyle: { color: css("blue") },
        data: methods.map((entry, at) => [entry.promised, at]).filter(([promised]) => promised !== undefined).map(([promised, at]) => [Math.min(onLog(promised), 100), at]) },
    ],
  };
};

charts.frontier = () => {
  const curve = [...data.frontier].sort((a, b) => a.promised - b.promised);
  const marks = data.methods.filter((entry) => entry.total_eur !== undefined && entry.measured);
  if (!curve.length && !marks.length) return null;
  const measured = curve.filter((point) => point.measured);
  const series = [];
  const told = [];
  const add = (entry, texts) => { series.push(entry); told.push(texts); };
  if (curve.length) {
    add({ name: "Promised", type: "line", symbol: "diamond", symbolSize: 10, lineStyle: { color: css("blue"), width: 2 }, itemStyle: { color: css("blue") },
      data: curve.map((point) => [onLog(point.promised), point.cost_eur]) },
    curve.map((point) => point.method + " asked for " + percentText(point.epsilon) + "<br>promised ≤ " + percentText(point.promised) + "<br>" + number(point.cost_eur, 2) + " €"));
  }
  if (measured.length) {
    add({ name: "Measured", type: "line", symbol: "circle", symbolSize: 8, lineStyle: { color: css("red"), width: 1.5, type: "dotted" }, itemStyle: { color: css("red") },
      data: measured.map((point) => [onLog(point.measured.share), point.cost_eur]) },
    measured.map((point) => point.method + " asked for " + percentText(point.epsilon) + "<br>measured " + intervalText(point.measured) + "<br>" + number(point.cost_eur, 2) + " €"));
  }
  if (marks.length) {
    add({ name: "Methods, as measured", type: "scatter", symbol: "rect", symbolSize: 11, itemStyle: { color: css("ink") }, z: 6,
      label: { show: true, position: "top", color: css("ink"), fontFamily: font(), formatter: ({ dataIndex }) => marks[dataIndex].method },
      data: marks.map((entry) => [onLog(entry.measured.share), entry.total_eur]) },
    marks.map((entry) => entry.method + "<br>measured " + intervalText(entry.measured) + "<br>" + number(entry.total_eur, 2) + " €"));
  }
  series[0].markLine = limitMark("end");
  return {
    legend: legend(), grid: grid({ top: 62 }),
    tooltip: { ...tooltip(undefined, { trigger: "item" }), formatter: ({ seriesIndex, dataIndex }) => told[seriesIndex][dataIndex] },
    xAxis: logAxis("joint violation, %"), yAxis: valueAxis("cost of the day, €", { scale: true }), series,
  };
};

function measuredBars(entries, names, limit) {
  return {
    tooltip: { ...tooltip(), formatter: (items) => safe(names[items[0].dataIndex]) + "<br><b>" + intervalText(entries[items[0].dataIndex]) + "</b>" },
    series: [
      { type: "bar", data: entries.map((entry) => percents(entry.share)), itemStyle: { color: css("red") }, barCategoryGap: "35%",
        markLine: limit === null ? undefined : limitLine(percents(limit), "limit", "ink", "yAxis", "end") },
      whiskers(entries.map((entry, at) => ({ low: percents(entry.lower), high: percents(entry.upper), at })), css("ink"), false),
    ],
  };
}

charts["proof-period"] = () => {
  const proof = data.certificate;
  if (!proof || !proof.by_period.length) return null;
  const limit = proof.scope === "period" ? proof.limit : null;
  return { ...measuredBars(proof.by_period, data.time.labels, limit), grid: grid({ top: 36, right: limit === null ? 12 : limitLabelWidth }), xAxis: timeAxis(),
    yAxis: percentAxis("scenarios, %", roundAxis(Math.max(105 * (limit ?? 0), ...proof.by_period.map((entry) => percents(entry.upper))))) };
};

charts["proof-kind"] = (element) => {
  const proof = data.certificate;
  if (!proof || !proof.by_kind.length) return null;
  const names = proof.by_kind.map((entry) => entry.name);
  return { ...measuredBars(proof.by_kind, names, null), grid: grid({ top: 36, bottom: 6 }),
    xAxis: { type: "category", data: names, axisTick: { show: false },
      axisLine: { lineStyle: { color: css("line") } }, axisLabel: { color: css("soft"), interval: 0, width: narrow(element) ? 54 : 80, overflow: "break", lineHeight: 14 } },
    yAxis: percentAxis("scenario-periods, %") };
};
