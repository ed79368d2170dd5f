#include "sim/io/fact_store.h"

#include <algorithm>
#include <cerrno>
#include <queue>
#include <system_error>
#include <tuple>

namespace demarche {
namespace {

auto key(const Fact& f) {
    return std::tuple(f.day, f.source, f.target, f.code, f.identity);
}

/// Total, so that which of two repeats is kept does not depend on the order of the input.
bool before(const Fact& a, const Fact& b) {
    return std::tuple_cat(key(a), std::tuple(b.n, b.score)) <
           std::tuple_cat(key(b), std::tuple(a.n, a.score));
}

[[noreturn]] void fail() {
    throw std::system_error(errno, std::generic_category(), "a temporary file");
}

/// Facts of one run, read piece by piece.
class RunReader {
public:
    explicit RunReader(std::FILE* file) : file_(file) {
        if (std::fseek(file_, 0, SEEK_SET) != 0)
            fail();
        advance();
    }
    bool more() const { return at_ < piece_.size(); }
    const Fact& fact() const { return piece_[at_]; }
    void advance() {
        if (++at_ < piece_.size())
            return;
        piece_.resize(1U << 12U);
        piece_.resize(std::fread(piece_.data(), sizeof(Fact), piece_.size(), file_));
        if (std::ferror(file_) != 0)
            fail();
        at_ = 0;
    }

private:
    std::FILE* file_;
    std::vector<Fact> piece_;
    std::size_t at_ = 0;
};

} // namespace

FactStore::FactStore(std::size_t capacity) : capacity_(capacity) {
    facts_.reserve(std::min<std::size_t>(capacity, 1U << 16U));
}

void FactStore::add(const Fact& fact) {
    facts_.push_back(fact);
    if (facts_.size() < capacity_)
        return;
    tidy();
    if (facts_.size() > capacity_ / 2)
        spill();
}

void FactStore::tidy() {
    std::sort(facts_.begin(), facts_.end(), before);
    const auto end = std::unique(facts_.begin(), facts_.end(),
                                 [](const Fact& a, const Fact& b) { return key(a) == key(b); });
    repeats_ += static_cast<std::uint64_t>(facts_.end() - end);
    facts_.erase(end, facts_.end());
}

void FactStore::spill() {
    Run run(std::tmpfile());
    if (!run ||
        std::fwrite(facts_.data(), sizeof(Fact), facts_.size(), run.get()) != facts_.size() ||
        std::fflush(run.get()) != 0)
        fail();
    runs_.push_back(std::move(run));
    facts_.clear();
}

std::uint64_t FactStore::drain(const std::function<void(const Fact&)>& each) {
    tidy();
    if (runs_.empty()) {
        std::for_each(facts_.begin(), facts_.end(), each);
        return repeats_;
    }
    spill();
    std::vector<RunReader> readers;
    readers.reserve(runs_.size());
    const auto later = [&](std::size_t a, std::size_t b) {
        return before(readers[b].fact(), readers[a].fact());
    };
    std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> next(later);
    for (const Run& run : runs_) {
        readers.emplace_back(run.get());
        if (readers.back().more())
            next.push(readers.size() - 1);
    }
    Fact last;
    bool any = false;
    while (!next.empty()) {
        RunReader& reader = readers[next.top()];
        const std::size_t row = next.top();
        next.pop();
        const Fact fact = reader.fact();
        reader.advance();
        if (reader.more())
            next.push(row);
        if (any && key(fact) == key(last)) {
            ++repeats_;
            continue;
        }
        last = fact;
        any = true;
        each(fact);
    }
    return repeats_;
}

} // namespace demarche
