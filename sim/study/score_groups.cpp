#include "sim/study/score_groups.h"

#include "sim/study/facts.h"

namespace demarche {

std::vector<DyadGroup> dyad_groups(const std::vector<std::string>& actors, const Scenario* ties) {
    const std::size_t n = actors.size();
    std::vector<DyadGroup> out{{"all", std::vector<char>(n * n, 1), n}};
    if (!ties)
        return out;
    const Bonds bound = bonds(*ties, actors);
    std::vector<char> others(n * n);
    for (std::size_t k = 0; k < n * n; ++k)
        others[k] = !bound.pact[k] && !bound.rivals[k] && !bound.border[k];
    out.push_back({"allies", bound.pact, n});
    out.push_back({"rivals", bound.rivals, n});
    out.push_back({"neighbours", bound.border, n});
    out.push_back({"others", others, n});
    return out;
}

} // namespace demarche
