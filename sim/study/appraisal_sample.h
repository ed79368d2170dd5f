#pragma once
#include "sim/engine/setting.h"
#include "sim/study/facts.h"
#include "sim/study/fit.h"

namespace demarche {

/// Cases for estimating the policy `appraisal` itself: a directed pair in a tick, its count, and
/// exactly what the policy would remember at the beginning of that tick if its memories had been
/// fed with the observed events (every act an average one, every state of average doctrine).
/// Columns, in acts per tick:
///
///     own_q.h, received_q.h    memories of the four classes over the four horizons
///     grievance_solidarity     conflict with whom the source is aligned, by `ties`
///     rate_q, gravity_q, constant    what stands for the pair's level, which no event shows: its
///                              mean so far; what its actors do and suffer overall; nothing known
///     weekend                  a day on which less is reported (ticks of a day only)
///
/// Where doctrines are to be estimated, rate_q and gravity_q are divided by the source's acts of
/// the class so far over those of an average state: they say at whom it acts, not how much.
///
/// Memories start empty; each is divided by the share of its weight that lies in the observed past.
struct AppraisalRule {
    int tick_days = 1;              ///< 1 or 7
    bool slow = false;              ///< estimate memories of the slow horizon, too
    bool cooperation = true;        ///< whether cooperation may move conflict
    bool doctrine = false;          ///< levels say nothing of how much a source does
    MemoryRule memory;              ///< half-lives
    const Scenario* ties = nullptr; ///< who sides with whom; nullptr: no solidarity
};

/// Windows are in weeks; a pair is a case in the weeks for which it has the window's activity.
Sample appraisal_sample(const std::vector<Window>& windows, const AppraisalRule& rule);

/// What columns do in the fit of a class, for FitRule::roles; empty = what they declare.
std::function<Roles(const FeatureColumn&, QuadClass)> appraisal_roles(const AppraisalRule& rule);

/// The numbers of a doctrine that the policy's rates depend on, for FitRule::doctrine: activity,
/// pacifism, reciprocity and, with `ties`, loyalty. The coefficients of pacifism, which no event
/// tells, are those that the policy has in `ties`, or by default.
std::vector<DoctrineTerm> appraisal_doctrine(const AppraisalRule& rule);

/// The coefficients as the policy has them, by name ("own_vconf.short"); what stands for levels and
/// for the news is left out.
std::vector<std::pair<std::string, double>> policy_coefficients(const ClassFit& fit, int tick_days);

} // namespace demarche
