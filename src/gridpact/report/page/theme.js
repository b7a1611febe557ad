"use strict";
// What all charts share: the page's data, its colours, and the usual parts of an ECharts option.
document.documentElement.classList.add("js");

const data = JSON.parse(document.getElementById("data").textContent);
const charts = {}; // name → function that gives the option, or nothing if there is nothing to draw

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
const narrow = (element) => element.clientWidth < 560;
const font = () => getComputedStyle(document.body).fontFamily;

const number = (value, decimals) =>
  value === null || !Number.isFinite(value) ? "–"
    : value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace("-", "−");
const power = (value) => number(value, 1) + " kW";
const percentText = (share) => {
  const percents = 100 * share;
  return number(percents, percents === 0 ? 0 : percents >= 10 ? 1 : percents >= 0.1 ? 2 : 3) + " %";
};
const safe = (text) => echarts.format.encodeHTML(String(text));

// Several things of one family: shades from dark to light of one colour.
const shade = (name, index, count) =>
  echarts.color.modifyHSL(css(name), null, null, count < 2 ? null : 0.3 + (0.4 * index) / (count - 1));

const textStyle = () => ({ color: css("soft"), fontFamily: font(), fontSize: 12 });

function timeAxis(extra = {}) {
  return {
    type: "category", data: data.time.labels, name: "begin of " + data.time.period_word + ", " + data.time.zone,
    nameLocation: "middle", nameGap: 26, nameTextStyle: textStyle(),
    axisLabel: { color: css("soft"), hideOverlap: true }, axisTick: { show: false },
    axisLine: { onZero: false, lineStyle: { color: css("line") } }, ...extra,
  };
}

function valueAxis(name, extra = {}) {
  return {
    type: "value", name, nameLocation: "end", nameGap: 10,
    nameTextStyle: { ...textStyle(), align: "left" },
    axisLabel: { color: css("soft"), formatter: (value) => value.toLocaleString("en").replace("-", "−") },
    splitLine: { lineStyle: { color: css("line") } }, ...extra,
  };
}

function legend(extra = {}) {
  return { type: "scroll", top: 0, left: 0, itemWidth: 14, itemHeight: 10, itemGap: 14, textStyle: textStyle(), icon: "roundRect",
    pageIconColor: css("accent"), pageTextStyle: textStyle(), ...extra };
}

function tooltip(format, extra = {}) {
  return { trigger: "axis", confine: true, backgroundColor: css("card"), borderColor: css("line"),
    textStyle: { color: css("ink"), fontFamily: font(), fontSize: 12 }, valueFormatter: format,
    axisPointer: { type: "line", lineStyle: { color: css("soft"), type: "dashed" } }, ...extra };
}

const grid = (extra = {}) => ({ left: 8, right: 12, top: 58, bottom: 42, outerBoundsMode: "same", outerBoundsContain: "axisLabel", ...extra });

// A dashed line with its name across the chart, at `value` of the y axis.
function limitLine(value, name, color, axis = "yAxis") {
  return { silent: true, symbol: "none", lineStyle: { color: css(color), type: "dashed", width: 1.5 },
    label: { formatter: name, color: css(color), position: "insideEndTop", fontFamily: font() }, data: [{ [axis]: value }] };
}

// Whiskers from `low` to `high` at `at`: upright, or lying when `across`.
function whiskers(points, color, across) {
  return { type: "custom", silent: true, z: 4, tooltip: { show: false }, encode: across ? { x: [0, 1], y: 2 } : { x: 2, y: [0, 1] },
    data: points.map((point) => [point.low, point.high, point.at]),
    renderItem: (params, api) => {
      const place = (value) => api.coord(across ? [value, api.value(2)] : [api.value(2), value]);
      const [from, to] = [place(api.value(0)), place(api.value(1))];
      const end = (at) => across ? { x1: at[0], x2: at[0], y1: at[1] - 4, y2: at[1] + 4 } : { x1: at[0] - 3, x2: at[0] + 3, y1: at[1], y2: at[1] };
      const style = { stroke: color, lineWidth: 1.5 };
      return { type: "group", children: [
        { type: "line", shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] }, style },
        { type: "line", shape: end(from), style }, { type: "line", shape: end(to), style }] };
    } };
}
