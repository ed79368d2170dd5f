// What made it: scenario, seed, fingerprint, version, warnings.
import {h} from "../dom.js";

export async function made(place, facts) {
    const m = facts.manifest;
    const rows = [
        ["Made by", `demarche ${m.version} (${m.commit})`], ["Report by", facts.reporter], ["Scenario", m.scenario], ["Sweep", m.sweep], ["Study", m.study],
        ["Scenario's SHA-256", m.scenario_sha256], ["Seed", m.seed], ["From", m.start], ["Days", m.days], ["Days a tick", m.tick_days], ["Ticks", m.ticks],
        ["Replications", m.replications], ["Points", m.points], ["Runs", m.runs], ["Runs that failed", m.failed], ["Fingerprint", m.fingerprint], ["Seconds it took", m.wall_seconds],
    ].filter(([, value]) => value !== undefined);
    place.append(h("div", {class: "card wide"}, h("h2", {}, "What made it"),
        facts.warning ? h("p", {class: "warning"}, facts.warning) : null,
        m.failed > 0 ? h("p", {class: "warning"}, `${m.failed} runs failed; runs.csv says why.`) : null,
        h("dl", {class: "facts"}, rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))]))));
    place.append(h("div", {class: "card wide"}, h("h2", {}, "Files"),
        h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": "Files"}, h("table", {},
            h("thead", {}, h("tr", {}, ["name", "bytes", "rows", "SHA-256"].map((name) => h("th", {scope: "col"}, name)))),
            h("tbody", {}, m.files.map((file) => h("tr", {}, [file.name, file.bytes, file.rows ?? "", file.sha256].map((cell) => h("td", {}, String(cell))))))))));
    for (const name of ["sweep.toml", "scenario.toml", "coefficients.toml"])
        if (facts[name])
            place.append(h("details", {class: "card wide"}, h("summary", {}, name), h("pre", {tabindex: "0"}, facts[name])));
}
