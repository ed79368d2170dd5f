// Colours that people with any common colour vision can tell apart (Okabe and Ito 2008), and ramps whose
// lightness alone says the value.
export const classes = {vcoop: "#56b4e9", mcoop: "#0072b2", vconf: "#e69f00", mconf: "#d55e00", none: "#999999"};
export const classNames = {
    vcoop: "verbal cooperation", mcoop: "material cooperation", vconf: "verbal conflict", mconf: "material conflict",
    none: "reports",
};
const onLight = ["#e9ecef", "#fee8a8", "#fdcf6b", "#fbb03b", "#f58a2c", "#e8642a", "#d03f2e", "#ab2236", "#7d1138", "#4b0b2f"];
const onDark = ["#2a3037", "#4b1d3f", "#7d1f4b", "#ab2f4b", "#d04a43", "#e86f3a", "#f5943a", "#fbb84f", "#fdd97a", "#fff3b8"];
const diverging = ["#2166ac", "#67a9cf", "#d1e5f0", "#f7f7f7", "#fddbc7", "#ef8a62", "#b2182b"];

export const isDark = () => document.documentElement.dataset.theme === "dark";
export const ramp = () => (isDark() ? onDark : onLight);
export const rungColour = (rung) => ramp()[Math.max(0, Math.min(9, Math.round(rung)))];
export const splitRamp = () => diverging;
// A colour laid over the background of figures as opaquely as this: one colour in the chart and in its legend.
export function blended(colour, opacity) {
    const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    const under = parts(ink().panel);
    return `#${parts(colour).map((x, i) => Math.round(opacity * x + (1 - opacity) * under[i]).toString(16).padStart(2, "0")).join("")}`;
}
export const series = () => (isDark()
    ? ["#56b4e9", "#e69f00", "#2fc795", "#f0e442", "#cc79a7", "#ff7f3f", "#7aa6ff", "#bbbbbb"]
    : ["#0072b2", "#b36b00", "#007a5a", "#a0307a", "#c23b00", "#2b6cb0", "#6b5b00", "#555555"]);
export function ink() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    return {paper: colour("paper"), panel: colour("panel"), ink: colour("ink"), faint: colour("faint"), line: colour("line"), accent: colour("accent")};
}
