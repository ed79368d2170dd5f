// How well forecasts did, beside the baselines.
import {table} from "../data.js";
import {sortable} from "./crises.js";

export async function scores(place, facts, current) {
    const all = await table("scores");
    if (current())
        place.append(sortable({id: "scores", title: "Scores of the forecasts", text: "Negative log score: lower is better. Columns are explained in docs/calibration.md.", source: all}));
}
