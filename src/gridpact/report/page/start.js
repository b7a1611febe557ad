// Draws every chart of the page, again whenever its size or the colours change.
const drawn = new Map();

function draw(element) {
  drawn.get(element)?.dispose();
  drawn.delete(element);
  const option = charts[element.dataset.chart]?.(element);
  if (!option) {
    element.hidden = true;
    return;
  }
  // A canvas that is drawn on the way to the printer stays empty.
  const many = option.series.some((series) => series.data && series.data.length > 5000) && !matchMedia("print").matches;
  const chart = echarts.init(element, null, { renderer: many ? "canvas" : "svg" });
  chart.setOption({ animation: false, textStyle: textStyle(), ...option });
  drawn.set(element, chart);
}

const elements = [...document.querySelectorAll("[data-chart]")];
const widths = new Map();
const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.clientWidth > 0 && widths.get(target) !== target.clientWidth) {
      widths.set(target, target.clientWidth);
      draw(target);
    }
  }
});
elements.forEach((element) => {
  widths.set(element, element.clientWidth);
  draw(element);
  observer.observe(element);
});
for (const query of ["(prefers-color-scheme: dark)", "print"]) {
  matchMedia(query).addEventListener("change", () => elements.forEach(draw));
}
document.documentElement.dataset.drawn = String(drawn.size);
