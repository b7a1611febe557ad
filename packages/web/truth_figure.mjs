// Draws what `./dev test --slow` measured: node truth_figure.mjs truth.json truth.svg
import { readFileSync, writeFileSync } from "node:fs";
import * as echarts from "echarts";

const [source, target] = process.argv.slice(2);
const outcomes = JSON.parse(readFileSync(source, "utf8"));
const ways = [...new Set(outcomes.map((o) => o.way))];
const laws = [...new Set(outcomes.map((o) => o.law))];
const limit = (way) => outcomes.find((o) => o.way === way).limit;
const share = (way, law) => {
  const found = outcomes.find((o) => o.way === way && o.law === law);
  return found.worlds > 0 ? (100 * found.broken) / found.worlds : 0;
};

const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 1000, height: 460 });
chart.setOption({
  animation: false,
  backgroundColor: "#ffffff",
  color: ["#0072b2", "#d55e00", "#009e73", "#cc79a7"],
  textStyle: { fontFamily: "sans-serif" },
  title: {
    text: "Worlds in which a plan breaks more often than it may",
    subtext: `of ${outcomes[0].worlds} worlds with ${laws.length} known laws, 120 days of history each`,
    left: 10,
  },
  legend: { top: 12, right: 20, itemGap: 24, data: laws },
  grid: { left: 60, right: 20, top: 100, bottom: 70 },
  xAxis: {
    type: "category",
    data: ways.map((way) => `${way}\n(${100 * limit(way)} %)`),
    axisLabel: { interval: 0, width: 105, overflow: "break", fontSize: 11 },
  },
  yAxis: { type: "value", name: "worlds, %", min: 0, max: 100 },
  series: laws.map((law) => ({
    name: law,
    type: "bar",
    barGap: "5%",
    data: ways.map((way) => share(way, law)),
    label: { show: true, position: "top", fontSize: 9, formatter: (p) => Math.round(p.value) },
  })),
});
writeFileSync(target, chart.renderToSVGString());
chart.dispose();  // else its timers keep the program alive
