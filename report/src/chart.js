// A figure: title, what it shows, the chart, and buttons for its numbers and its picture.
import {init, use} from "echarts/core";
import {BarChart, CustomChart, GraphChart, HeatmapChart, LineChart, ScatterChart} from "echarts/charts";
import {GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent} from "echarts/components";
import {LabelLayout} from "echarts/features";
import {CanvasRenderer, SVGRenderer} from "echarts/renderers";
import {h, save} from "./dom.js";
import {blended, ink, series} from "./palette.js";

use([BarChart, CustomChart, GraphChart, HeatmapChart, LineChart, ScatterChart, GridComponent, LegendComponent,
    MarkLineComponent, TooltipComponent, VisualMapComponent, LabelLayout, CanvasRenderer, SVGRenderer]);

const shown = new Set();
// For tests and for whoever looks into the page: charts by their id.
export const charts = (window.demarche = {});

function theme() {
    const c = ink();
    const axis = {
        axisLine: {lineStyle: {color: c.faint}}, axisTick: {lineStyle: {color: c.faint}}, axisLabel: {color: c.ink},
        splitLine: {lineStyle: {color: c.line}}, nameTextStyle: {color: c.ink},
    };
    return {
        color: series(), textStyle: {color: c.ink, fontFamily: "system-ui, 'DejaVu Sans', sans-serif"},
        categoryAxis: {...axis, splitLine: {show: false}}, valueAxis: axis, logAxis: axis,
        legend: {textStyle: {color: c.ink}, inactiveColor: c.faint, pageTextStyle: {color: c.ink}},
        tooltip: {backgroundColor: c.paper, borderColor: c.faint, textStyle: {color: c.ink}},
        visualMap: {textStyle: {color: c.ink}},
    };
}

const fileName = (id, extension) => `${document.title.replace(/[^\w]+/g, "_").slice(0, 40)}-${id}.${extension}`;

// The first rows as a table, for who cannot see the chart.
function numbers(csv) {
    const [header, ...lines] = csv.trimEnd().split("\n");
    const most = 200;
    return h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": "Numbers"},
        lines.length > most ? h("p", {class: "note"}, `The first ${most} of ${lines.length} rows; the CSV has all.`) : null,
        h("table", {}, h("thead", {}, h("tr", {}, header.split(",").map((name) => h("th", {scope: "col"}, name)))),
            h("tbody", {}, lines.slice(0, most).map((line) => h("tr", {}, line.split(",").map((cell) => h("td", {}, cell)))))));
}

// figure({id, title, text, height, wide, controls, option, csv, keys, click}): `option()` makes what ECharts
// draws, `csv()` the numbers behind it. `keys` is how many positions the arrow keys walk through, on series 0.
export function figure({id, title, text, height = 380, wide, controls = [], option, csv, keys, click, legend}) {
    const place = h("div", {class: "chart", id: `chart-${id}`, role: "img", "aria-label": `${title}. ${text}`,
        tabindex: "0", style: `height:${typeof height === "function" ? height() : height}px`});
    const caption = h("p", {id: `text-${id}`}, text);
    const shownNumbers = h("div", {});
    const toggle = h("button", {type: "button", "aria-expanded": "false", onclick: () => {
        const open = toggle.getAttribute("aria-expanded") === "true";
        toggle.setAttribute("aria-expanded", String(!open));
        shownNumbers.replaceChildren(...(open ? [] : [numbers(csv())]));
    }}, "Numbers");
    const button = (name, what, action) =>
        h("button", {type: "button", "data-save": name, "aria-label": `${name}: ${what} of ${title}`, onclick: action}, name);
    const element = h("figure", {class: wide ? "wide" : "", id: `figure-${id}`, "aria-labelledby": `title-${id}`},
        h("h2", {id: `title-${id}`}, title), caption, h("div", {class: "controls"}, controls), place, legend,
        h("div", {class: "save"}, toggle,
            button("CSV", "save the numbers", () => save(fileName(id, "csv"), csv(), "text/csv")),
            button("SVG", "save the picture", () => save(fileName(id, "svg"), svg(), "image/svg+xml")),
            button("PNG", "save the picture", () => save(fileName(id, "png"),
                chart.getDataURL({pixelRatio: 2, backgroundColor: ink().panel}), "image/png"))), shownNumbers);
    let chart;
    // In one go, so that a picture that is saved is whole.
    const full = () => ({animation: false, progressive: 0, ...option()});
    function svg() {
        const copy = init(null, theme(), {renderer: "svg", ssr: true, width: place.clientWidth, height: place.clientHeight});
        copy.setOption({backgroundColor: ink().panel, ...full()});
        const text = copy.renderToSVGString();
        copy.dispose();
        return text;
    }
    let position = -1;
    place.addEventListener("keydown", (event) => {
        const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
        if (!step || !keys) return;
        event.preventDefault();
        position = Math.max(0, Math.min(keys() - 1, position + step));
        chart.dispatchAction({type: "showTip", seriesIndex: 0, dataIndex: position});
        setTimeout(() => { document.getElementById("live").textContent = place.querySelector(":scope > div:last-child:not(:first-child)")?.innerText ?? ""; }, 60);
    });
    const self = {
        element, place,
        get chart() { return chart; },
        describe(newTitle, newText) {
            element.querySelector("h2").textContent = newTitle;
            caption.textContent = newText;
            place.setAttribute("aria-label", `${newTitle}. ${newText}`);
        },
        // Draws what `option` says now; `fresh` with new colours.
        draw(fresh) {
            if (fresh || !chart || chart.isDisposed()) {
                if (chart) remove(chart);
                chart = init(place, theme(), {renderer: "canvas", devicePixelRatio: Math.max(2, devicePixelRatio)});
                if (click) chart.on("click", click);
                charts[id] = chart;
                shown.add(self);
            }
            if (typeof height === "function") {
                place.style.height = `${height()}px`;
                chart.resize();
            }
            chart.setOption(full(), {notMerge: true});
            if (toggle.getAttribute("aria-expanded") === "true") shownNumbers.replaceChildren(numbers(csv()));
        },
        resize() { chart?.resize(); },
    };
    return self;
}

// On paper charts are as wide as a page (A4 or Letter between usual margins), afterwards as their place again.
export function fitPaper(on) { for (const one of shown) one.place.style.width = on ? "640px" : ""; }
// Takes a chart away. Where ECharts has not finished drawing, it would go on in the next frame and fail: drawn anew,
// and empty, there is nothing to go on with.
function remove(chart) {
    if (chart.isDisposed()) return;
    chart.getZr().clear();
    chart.getZr().refreshImmediately();
    chart.dispose();
}
export function redrawAll() { for (const one of shown) one.draw(true); }
export function forgetAll() {
    for (const one of shown) remove(one.chart);
    shown.clear();
    for (const id of Object.keys(charts)) delete charts[id];
}
addEventListener("resize", () => { for (const one of shown) one.resize(); });

// Room for axes on any screen.
export const grid = (more = {}) => ({left: 56, right: 24, top: 36, bottom: 40, containLabel: false, ...more});

// An axis of ticks that shows dates.
export const dateAxis = (dates, more = {}) => ({
    type: "value", min: 0, max: Math.max(1, dates.length - 1), minInterval: 1,
    splitLine: {show: false}, axisLabel: {formatter: (t) => dates[Math.round(t)] ?? "", hideOverlap: true, showMaxLabel: true}, ...more,
});

// An axis that holds these values, from one round number to another in about five equal round steps.
export function reach(values) {
    const known = values.filter(Number.isFinite);
    const [low, high] = known.length ? [known.reduce((x, y) => Math.min(x, y)), known.reduce((x, y) => Math.max(x, y))] : [0, 1];
    const rough = (high - low || Math.abs(high) || 1) / 5, power = 10 ** Math.floor(Math.log10(rough));
    const interval = power * [1, 2, 5, 10].find((step) => rough <= step * power * 1.0001);
    const round = (x) => Number(x.toPrecision(12));
    return {interval: round(interval), min: round(interval * Math.floor(low / interval)), max: round(interval * Math.ceil(high / interval) + (high > low ? 0 : interval))};
}

// Lines that stand at some places of the x axis.
export const marks = (data) => (data.length ? {silent: true, symbol: "none", data} : undefined);

// The bands of an ensemble; `column` gives the values of a quantile's column.
export const quantileBands = (x, column, steps) => [["95 %", "q025", "q975", 0.18], ["80 %", "q10", "q90", 0.38], ["50 %", "q25", "q75", 0.63]]
    .map(([name, low, high, opacity]) => band(name, x, column(low), column(high), opacity, steps));

// The area between two lines over the same x, or between two flights of steps: a custom series of one polygon.
// Bands within each other are given from the widest on, each hiding what is beneath it.
export function band(name, x, low, high, opacity, steps) {
    const colour = blended(series()[0], opacity);
    const walk = (y) => x.flatMap((at, i) => (steps && i > 0 ? [[at, y[i - 1]], [at, y[i]]] : [[at, y[i]]]));
    const [up, down] = [walk(high), walk(low).reverse()];
    return {
        name, type: "custom", silent: true, z: 1, data: [[x[0], low[0]]],
        renderItem: (params, api) => ({type: "polygon", shape: {points: [...up, ...down].map((point) => api.coord(point))}, style: {fill: colour}, silent: true}),
        itemStyle: {color: colour}, tooltip: {show: false}, clip: true, encode: {x: 0, y: 1},
    };
}

// Intervals as lines with ends; `vertical` ones stand at x, the others lie at y. data: [position, low, high]. An
// infinite end is an arrow at the edge of the plot.
export function whiskers(name, data, colour, vertical, clip = false) {
    return {
        name, type: "custom", silent: true, z: 3, data, clip, tooltip: {show: false},
        renderItem: (params, api) => {
            const {x, y, width, height} = params.coordSys, edges = vertical ? [y + height, y] : [x, x + width];
            const along = vertical ? 1 : 0, style = {stroke: colour, fill: "none", lineWidth: 1.5};
            const values = [api.value(1), api.value(2)], ends = values.map((value) => api.coord(vertical ? [api.value(0), value] : [value, api.value(0)]));
            values.forEach((value, i) => { if (Math.abs(value) === Infinity) ends[i][along] = edges[value < 0 ? 0 : 1]; });
            if (!ends.flat().every(Number.isFinite)) return null;
            const end = (i) => {
                const back = Number.isFinite(values[i]) ? 0 : 6 * Math.sign(ends[1 - i][along] - ends[i][along]);
                return [-4, 0, 4].map((side) => ends[i].map((at, axis) => at + (axis !== along ? side : side && back)));
            };
            return {type: "group", children: [ends, end(0), end(1)].map((points) => ({type: "polyline", shape: {points}, style}))};
        },
        itemStyle: {color: colour},
        encode: vertical ? {x: 0, y: [1, 2]} : {y: 0, x: [1, 2]},
    };
}
