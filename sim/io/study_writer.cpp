#include "sim/io/study_writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace demarche {
namespace {

constexpr double two_sided_95 = 1.959963984540054;

/// Nothing where a number is not defined, such as a rank of no events.
void put(std::string& out, double value) {
    if (!std::isfinite(value))
        return;
    std::array<char, 32> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 8);
    out.append(text.data(), end.ptr);
}

/// A row of numbers behind what has been written of the line.
void put_row(std::string& out, std::initializer_list<double> values) {
    for (const double v : values) {
        out += ',';
        put(out, v);
    }
    out += '\n';
}

std::string_view name(QuadClass q) {
    return class_names[index(q)];
}

} // namespace

std::string fit_csv(const std::vector<ClassFit>& fits) {
    std::string out = "class,parameter,estimate,se,z,low95,high95,note\n";
    for (const ClassFit& fit : fits)
        for (const CoefficientEstimate& e : fit.estimates) {
            out.append(name(fit.of)).append(",").append(e.name).append(",");
            put(out, e.value);
            if (e.at_bound) {
                out += ",,,,,at the bound ";
                put(out, e.value);
                out += '\n';
            } else if (e.error == 0) {
                out += ",,,,,no standard error\n";
            } else {
                for (const double v : {e.error, e.value / e.error, e.value - two_sided_95 * e.error,
                                       e.value + two_sided_95 * e.error}) {
                    out += ',';
                    put(out, v);
                }
                out += ",\n";
            }
        }
    return out;
}

std::string actors_csv(const Sample& sample, const std::vector<ClassFit>& fits) {
    std::string out = "actor,class,as,effect,se,factor\n";
    for (std::size_t a = 0; a < sample.actors.size(); ++a)
        for (const ClassFit& fit : fits)
            for (std::size_t side = 0; side < 2; ++side) {
                if (fit.model.effects.size() < 2 ||
                    fit.model.effects[side].levels != sample.actors.size())
                    continue;
                const std::size_t u = side * sample.actors.size() + a;
                const double effect = fit.parameters[fit.model.first_effect() + u];
                out.append(sample.actors[a]).append(",").append(name(fit.of));
                out += side == 0 ? ",source" : ",target";
                put_row(out, {effect, fit.effect_error[u], std::exp(effect)});
            }
    return out;
}

std::string doctrine_csv(const Sample& sample, const DoctrineFit& fit) {
    std::string out = "actor,doctrine,value,se,low95,high95,note\n";
    for (std::size_t a = 0; a < sample.actors.size(); ++a)
        for (const DoctrineEstimate& e : fit.doctrine) {
            const DoctrineEstimate::OfActor& of = e.of_actor[a];
            out.append(sample.actors[a]).append(",").append(e.term.name);
            const bool known = of.error > 0;
            constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
            const auto end = [&](double side) {
                return known ? e.term.value(of.deviation + side * two_sided_95 * of.error)
                             : unknown;
            };
            for (const double v :
                 {e.term.value(of.deviation), known ? of.error : unknown, end(-1), end(1)}) {
                out += ',';
                put(out, v);
            }
            out.append(",").append(!known                        ? "no standard error"
                                   : e.term.at_end(of.deviation) ? "at the end of its range"
                                                                 : of.note);
            out += '\n';
        }
    return out;
}

std::string doctrine_toml(const Sample& sample, const DoctrineFit& fit) {
    std::string out = "# Doctrines as estimated, for a scenario that has these states; what the "
                      "events do not tell is left out.\n";
    for (std::size_t a = 0; a < sample.actors.size(); ++a) {
        std::string lines;
        for (const DoctrineEstimate& e : fit.doctrine) {
            if (!e.of_actor[a].note.empty())
                continue;
            lines.append(e.term.name).append(" = ");
            put(lines, e.term.value(e.of_actor[a].deviation));
            lines += '\n';
        }
        if (!lines.empty())
            out.append("\n[state.").append(sample.actors[a]).append("]\n").append(lines);
    }
    return out;
}

std::string coefficients_toml(const std::vector<ClassFit>& fits) {
    std::string out =
        "# Memories in acts per week; ln weekly mean = posture + exp(log_exponent) * ln "
        "stimulus.\n";
    for (const ClassFit& fit : fits) {
        out.append("\n[").append(name(fit.of)).append("]\n");
        for (const CoefficientEstimate& e : fit.estimates) {
            if (e.at_bound && e.value == 0)
                continue;
            // "stimulus.own_vconf.short" stays one key per part.
            out.append(e.name).append(" = ");
            put(out, e.value);
            out += '\n';
        }
    }
    return out;
}

std::string policy_toml(const std::vector<ClassFit>& fits, int tick_days) {
    std::string out = "# Coefficients of the policy appraisal, for a scenario:\n#\n"
                      "#     [policy.appraisal]\n#     from = \"coefficients.toml\"\n";
    for (const ClassFit& fit : fits) {
        out.append("\n[").append(name(fit.of)).append("]\n");
        for (const auto& [key, value] : policy_coefficients(fit, tick_days)) {
            out.append(key).append(" = ");
            put(out, value);
            out += '\n';
        }
    }
    return out;
}

std::string predictions_header() {
    return "source,target,period,class,mean,size\n";
}

std::string predictions_csv(const Sample& sample, const EventSeries& series, QuadClass of,
                            const Forecasts& forecasts) {
    std::string out;
    for (std::size_t row = 0; row < sample.size(); ++row) {
        out.append(sample.actors[sample.source[row]]).append(",");
        out.append(sample.actors[sample.target[row]]).append(",");
        out.append(iso(series.monday(static_cast<int>(sample.week[row])))).append(",");
        out.append(name(of));
        put_row(out, {forecasts.mean[row], forecasts.size[row]});
    }
    return out;
}

std::string scores_csv(const std::vector<ScoredModel>& models) {
    std::string out = "class,group,model,cases,nls,crps,brier,auc,ap,bias,gain,gain_se,inside50,"
                      "inside80,inside90";
    for (int k = 0; k < 10; ++k)
        out += ",pit" + std::to_string(k);
    out += '\n';
    for (const ScoredModel& m : models) {
        out.append(name(m.of)).append(",").append(m.group).append(",");
        out.append(m.name).append(",");
        out += std::to_string(m.score.cases);
        for (const double v : {m.score.nls, m.score.crps, m.score.brier, m.score.auc, m.score.ap,
                               m.score.bias, m.gain.mean, m.gain.error, m.calibration.inside50,
                               m.calibration.inside80, m.calibration.inside90}) {
            out += ',';
            put(out, v);
        }
        for (const double share : m.calibration.histogram) {
            out += ',';
            put(out, share);
        }
        out += '\n';
    }
    return out;
}

std::string forecasts_csv(const FreeForecast& forecast, const EventSeries& series) {
    std::string out = "source,target,class,weeks,mean,size,q05,q10,q25,q50,q75,q90,q95,observed\n";
    for (std::size_t q = 0; q < class_count; ++q)
        for (std::size_t h = 0; h < forecast.horizons.size(); ++h) {
            const auto of = static_cast<QuadClass>(q);
            const Forecasts f = forecast.totals[q][h].forecasts();
            for (std::size_t k = 0; k < forecast.pairs.size(); ++k) {
                out.append(series.actors()[forecast.pairs[k].first]).append(",");
                out.append(series.actors()[forecast.pairs[k].second]).append(",");
                out.append(name(of)).append(",").append(std::to_string(forecast.horizons[h]));
                for (const double v : {f.mean[k], f.size[k]}) {
                    out += ',';
                    put(out, v);
                }
                for (const double share : {0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95})
                    out.append(",").append(std::to_string(forecast.quantile(of, h, k, share)));
                out.append(",").append(std::to_string(forecast.observed[h][q][k])).append("\n");
            }
        }
    return out;
}

std::string free_run_csv(const FreeForecast& forecast, const std::vector<FreeRunScore>& scores) {
    std::string out = "class,group,weeks,pairs,nls,crps,brier,auc,ap,bias,inside50,inside80,"
                      "inside90,with_history,history50,history80,history90,level_shape,"
                      "world_shape,observed,low90,high90\n";
    for (const FreeRunScore& s : scores) {
        out.append(name(s.of)).append(",").append(s.group);
        out.append(",").append(std::to_string(s.weeks));
        out.append(",").append(std::to_string(s.score.cases));
        for (const double v :
             {s.score.nls, s.score.crps, s.score.brier, s.score.auc, s.score.ap, s.score.bias,
              s.coverage.inside50, s.coverage.inside80, s.coverage.inside90}) {
            out += ',';
            put(out, v);
        }
        out.append(",").append(std::to_string(s.with_history.pairs));
        const double shape = forecast.levels.pair[index(s.of)], world = forecast.levels.world;
        for (const double v : {s.with_history.inside50, s.with_history.inside80,
                               s.with_history.inside90, shape, world}) {
            out += ',';
            put(out, v);
        }
        for (const std::uint32_t n : {s.observed, s.low90, s.high90})
            out.append(",").append(std::to_string(n));
        out += '\n';
    }
    return out;
}

} // namespace demarche
