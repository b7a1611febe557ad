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

// Several things of one family: the family's colour, and shades of it towards the background.
function shade(name, index, count) {
  const [from, to] = [echarts.color.parse(css(name)), echarts.color.parse(css("card"))];
  const share = count < 2 ? 0 : (0.6 * index) / (count - 1);
  return echarts.color.stringify(from.map((part, i) => (i < 3 ? Math.round(part + share * (to[i] - part)) : 1)), "rgba");
}

// An axis from 0 whose end and steps are round and which holds `top`.
function roundAxis(top, steps = 4) {
  const rough = Math.max(top, 1e-9) / steps;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const interval = [1, 2, 2.5, 5, 10].find((factor) => factor * ten >= rough * (1 - 1e-9)) * ten;
  return { interval, max: interval * Math.ceil(top / interval - 1e-9) };
}

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
  return { type: "scroll", top: 0, left: 0, itemWidth: 18, itemHeight: 10, itemGap: 16, textStyle: textStyle(),
    pageIconColor: css("accent"), pageTextStyle: textStyle(), ...extra };
}

function tooltip(format, extra = {}) {
  return { trigger: "axis", confine: true, backgroundColor: css("card"), borderColor: css("line"),
    textStyle: { color: css("ink"), fontFamily: font(), fontSize: 12 }, valueFormatter: format,
    axisPointer: { type: "line", lineStyle: { color: css("soft"), type: "dashed" } }, ...extra };
}

// The tooltip of one period: its time, then name and value of each thing.
function periodTooltip(entries) {
  return tooltip(undefined, { formatter: (items) => {
    const t = items[0].dataIndex;
    const rows = entries.map(([name, text]) => "<div style='display:flex;justify-content:space-between;gap:1.6em'><span>" + safe(name) + "</span><b>" + text(t) + "</b></div>");
    return safe(data.time.labels[t]) + rows.join("");
  } });
}

// A line without marks, here and in the legend.
const plainLine = (color, width, type = "solid") => ({ type: "line", symbol: "none", lineStyle: { color, width, type }, itemStyle: { color, opacity: 0 } });

const grid = (extra = {}) => ({ left: 8, right: 12, top: 56, bottom: 22, outerBoundsMode: "same", outerBoundsContain: "axisLabel", ...extra });

// A dashed line with its name across the chart, at `value` of `axis`.
function limitLine(value, name, color, axis = "yAxis", position = "insideEndTop") {
  return { silent: true, symbol: "none", lineStyle: { color: css(color), type: "dashed", width: 1.5 },
    label: { formatter: name, color: css(color), position, fontFamily: font() }, data: [{ [axis]: value }] };
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
