#include "agents/policy.h"

// The list of policies: one line each, alphabetical.
#define DEMARCHE_POLICIES(POLICY)                                                                  \
    POLICY(appraisal)                                                                              \
    POLICY(dove)                                                                                   \
    POLICY(grim)                                                                                   \
    POLICY(hawk)                                                                                   \
    POLICY(random)                                                                                 \
    POLICY(scripted)                                                                               \
    POLICY(tit_for_tat)

namespace demarche {

#define DECLARE(name) std::unique_ptr<Policy> make_##name();
DEMARCHE_POLICIES(DECLARE)
#undef DECLARE

std::vector<std::unique_ptr<Policy>> all_policies() {
    std::vector<std::unique_ptr<Policy>> policies;
#define APPEND(name) policies.push_back(make_##name());
    DEMARCHE_POLICIES(APPEND)
#undef APPEND
    return policies;
}

} // namespace demarche
