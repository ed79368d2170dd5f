#pragma once
#include <array>

#include "agents/policy.h"

namespace demarche {

/// Supplies the copy of a policy that is an ordinary value: `struct Hawk : BasicPolicy<Hawk>`.
template <class Self>
class BasicPolicy : public Policy {
public:
    std::unique_ptr<Policy> clone() const final {
        return std::make_unique<Self>(static_cast<const Self&>(*this));
    }
};

/// Adds to the weights of class q the stream of acts of class `of`, spread evenly over the
/// two fastest horizons: how the simple policies remember the last weeks.
inline void remember_recent(Response& response, QuadClass q, Stream stream, QuadClass of,
                            double weight) {
    response[q].weight[column(stream, of, 0)] += weight / 2;
    response[q].weight[column(stream, of, 1)] += weight / 2;
}

/// The same moderate dispersion for every class of a simple policy.
inline void disperse(Response& response) {
    for (QuadClass q : all_classes)
        response[q].dispersion = {0.0, 0.5};
}

} // namespace demarche
