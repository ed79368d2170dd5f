#include "sim/io/event_notes.h"

#include "sim/io/csv_recorder.h"
#include "sim/io/gzip.h"

namespace demarche {
namespace {

class EventNotes final : public NoteTaker {
public:
    explicit EventNotes(Job job) : csv_(1U << static_cast<unsigned>(Table::events), {}) {
        csv_.begin_rows_with(std::to_string(job.point) + "," + std::to_string(job.replication) +
                             ",");
    }
    void tick(const World& w, std::span<const Message> messages) override {
        csv_.tick(w, messages);
    }
    std::string notes() override {
        return gzip(csv_.rows[static_cast<std::size_t>(Table::events)]);
    }

private:
    CsvRecorder csv_;
};

} // namespace

std::unique_ptr<NoteTaker> note_events(Job job) {
    return std::make_unique<EventNotes>(job);
}

} // namespace demarche
