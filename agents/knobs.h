#pragma once
#include "sim/core/parameter.h"

namespace demarche {

/// A state's doctrine: who it is, as opposed to what happens to it. The defaults are the average
/// state; coefficients of policies are stated relative to them.
struct Knobs {
    double pacifism = 0.5;
    double reciprocity = 1;
    double loyalty = 0.5;
    double discretion = 0.5;
    double face = 1;
    double audience = 0.5;
    double vigilance = 0.5;
    double activity = 1;

    void describe(const ParameterVisitor& visit) {
        visit({"pacifism", "", 0, 1,
               "lowers conflict acts, the more severe the more; answers hostility with talk"},
              pacifism);
        visit({"reciprocity", "", 0, 2, "how strongly received acts are answered in kind"},
              reciprocity);
        visit({"loyalty", "", 0, 1, "how far an ally's enemy is one's own; honours pacts"},
              loyalty);
        visit({"discretion", "", 0, 1, "preference for private over public channels"}, discretion);
        visit({"face", "", 0, 2, "how much worse a public rebuke lands than a private one"}, face);
        visit({"audience", "", 0, 2, "how strongly own public acts bind one to continue"},
              audience);
        visit({"vigilance", "", 0, 1, "chance to detect covert acts; precision of intelligence"},
              vigilance);
        visit(
            {"activity", "", 1e-6, 1e6,
             "multiplies all of the state's rates, answers included, which have a bound only where "
             "it is not far above 1"},
            activity);
    }
};

} // namespace demarche
