// States and columns as people call them.
export const stateName = (facts, id) => facts.states?.find((one) => one.id === id)?.name || id;

// "Belarus and Ukraine" of "BLR-UKR".
export const pairName = (facts, pair) => pair.split("-").map((id) => stateName(facts, id)).join(" and ");

const words = {
    a: "state", b: "other state", id: "crisis", gain_se: "standard error of the gain", p_crisis: "share of runs in crisis", low: "from", high: "to", nls: "negative log score", crps: "CRPS", brier: "Brier score",
    auc: "area under the ROC curve", ap: "average precision", vcoop: "verbal cooperation", mcoop: "material cooperation", vconf: "verbal conflict", mconf: "material conflict",
};
// A column's name without underscores and abbreviations.
export const columnName = (name) => words[name] ??
    name.replace(/^(sent|recv)_(.*)$/, (_, way, of) => `${words[of]} ${way === "sent" ? "sent" : "received"}`).replaceAll("_", " ").replace(/^inside(\d+)$/, "inside $1 %").replace(/^pit(\d)$/, (_, k) => `PIT ${k}0–${Number(k) + 1}0 %`);

const causes = {
    level: "what the pair does by itself", inertia: "its own earlier acts", reciprocity: "acts received", solidarity: "acts against a friend",
    alignment: "an ally that keeps out of a war", manoeuvre: "forces moved near", armed_group: "an armed group", site: "acts near a hazardous site",
    mechanism: "a rule of the engine", script: "scripted",
};
// What a `cause_kind` means, with it behind: as it is called in events.csv and by `demarche explain`.
export const causeName = (kind) => (causes[kind] ? `${causes[kind]} (${kind})` : kind);
