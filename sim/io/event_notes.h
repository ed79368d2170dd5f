#pragma once
#include <memory>

#include "sim/study/sweep.h"

namespace demarche {

/// Keeps the events of one run of a sweep: rows of events.csv with point and replication,
/// compressed.
std::unique_ptr<NoteTaker> note_events(Job job);

} // namespace demarche
