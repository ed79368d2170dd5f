// Crises, sortable; each leads to its moment.
import {has, number, table} from "../data.js";
import {h, percent, save} from "../dom.js";
import {columnName, stateName} from "../names.js";
import {go} from "../state.js";

// A table that sorts by the column whose head is clicked; `shares` are columns told in per cent.
export function sortable({id, title, text, source, positions, jump, facts, shares = []}) {
    const rows = positions ?? source.rows.map((_, i) => i);
    const isNumber = source.names.map((_, c) => rows.every((i) => source.rows[i][c] === "" || !Number.isNaN(number(source.rows[i][c]))));
    let by = -1, down = false;
    const body = h("tbody", {});
    const heads = source.names.map((name, c) => h("th", {scope: "col", class: isNumber[c] ? "number" : "", "aria-sort": "none"},
        h("button", {type: "button", onclick: () => { down = by === c ? !down : isNumber[c]; by = c; fill(); }, title: `${name} in the CSV`}, columnName(name))));
    const isState = source.names.map((name) => ["a", "b", "state", "actor"].includes(name));
    const told = (cell, c) => (shares.includes(source.names[c]) ? percent(number(cell)) : facts && isState[c] && stateName(facts, cell) !== cell ? `${cell} ${stateName(facts, cell)}` : cell);
    function fill() {
        const order = [...rows];
        if (by >= 0)
            order.sort((i, j) => {
                const [x, y] = [source.rows[i][by], source.rows[j][by]];
                const least = isNumber[by] ? (number(x) || 0) - (number(y) || 0) : x < y ? -1 : x > y ? 1 : 0;
                return down ? -least : least;
            });
        heads.forEach((head, c) => head.setAttribute("aria-sort", c !== by ? "none" : down ? "descending" : "ascending"));
        body.replaceChildren(...order.slice(0, 1000).map((i) => h("tr", {},
            jump ? h("td", {}, jump(source.rows[i])) : null,
            source.rows[i].map((cell, c) => h("td", {class: isNumber[c] ? "number" : ""}, told(cell, c))))));
    }
    fill();
    return h("div", {class: "card wide", id: `figure-${id}`}, h("h2", {}, title), h("p", {class: "note"}, text),
        h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": title},
            h("table", {}, h("thead", {}, h("tr", {}, jump ? h("th", {scope: "col"}, "show") : null, heads)), body)),
        h("div", {class: "save"}, h("button", {type: "button", "data-save": "CSV", "aria-label": `CSV: save the numbers of ${title}`,
            onclick: () => save(`${id}.csv`, source.csv(positions), "text/csv")}, "CSV")));
}

export async function crises(place, facts, current) {
    const [all, pairs] = [await table("crises"), await table("crisis_pairs")];
    if (!current()) return;
    const show = (pair, tick) => (has("dyads") || has("ladders")
        ? h("button", {type: "button", "aria-label": `▸ Show ${pair} on the ladder`, onclick: () => go({tab: "ladders", pair, tick})}, "▸") : "");
    if (pairs)
        place.append(sortable({id: "crisis_pairs", title: "Crises by pair", source: pairs, facts, shares: ["share_of_runs", "low", "high"],
            text: `In how many of ${facts.manifest.replications} runs, with Wilson's 95 % interval.`,
            jump: (row) => show(`${row[pairs.at("a")]}-${row[pairs.at("b")]}`)}));
    if (!all) return;
    place.append(all.length === 0 ? h("p", {class: "note"}, "There was no crisis.") : sortable({
        id: "crises", title: "Crises", source: all, facts,
        text: `A crisis begins where a pair reaches rung ${facts.crisis_rung} (${facts.rungs[facts.crisis_rung]}).${facts.kind === "run" ? " The first column leads to its peak." : ""}`,
        jump: facts.kind === "run" ? (row) => show(`${row[all.at("a")]}-${row[all.at("b")]}`, row[all.at("peak_tick")]) : undefined}));
}
