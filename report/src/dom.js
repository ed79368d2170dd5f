// h("p", {class: "note"}, "text", node): an element with attributes, listeners (onclick) and children.
export function h(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (value === undefined || value === null || value === false) continue;
        if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
        else element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
}

// A labelled choice; options are [value, text] or plain texts.
export function choice(label, options, value, change) {
    const select = h("select", {onchange: (event) => change(event.target.value)},
        options.map((option) => {
            const [key, text] = Array.isArray(option) ? option : [option, option];
            return h("option", {value: key, selected: String(key) === String(value)}, text);
        }));
    return h("label", {}, label, select);
}

export function tick(label, checked, change) {
    return h("label", {}, h("input", {type: "checkbox", checked, onchange: (event) => change(event.target.checked)}), label);
}

export function save(name, content, type) {
    const url = typeof content === "string" && content.startsWith("data:")
        ? content : URL.createObjectURL(new Blob([content], {type}));
    const link = h("a", {href: url, download: name});
    link.click();
    if (url.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(url), 10000);
}

export const escape = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;");

// A number as people read it: four digits.
export function brief(x) {
    if (!Number.isFinite(x)) return Number.isNaN(x) ? "–" : x > 0 ? "∞" : "−∞";
    return String(Number(x.toPrecision(4))).replace("-", "−");
}
// The end of a long name, from a dot on where one is near: it tells paths of one beginning apart.
export function ending(name, most) {
    if (name.length <= most) return name;
    const end = name.slice(1 - most);
    return `…${end.slice(end.indexOf(".") + 1)}`;
}
export const percent = (x) => `${(100 * x).toFixed(1)} %`;
