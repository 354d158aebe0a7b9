// SPDX-License-Identifier: MIT
#include <cstdio>
#include <cstdlib>
#include <model/run.hpp>

namespace model {
namespace {

Run* running = nullptr;

} // namespace

const char* to_string(Error error) {
    switch (error) {
    case Error::None:
        return "no error";
    case Error::Assertion:
        return "assertion";
    case Error::Race:
        return "data race";
    case Error::Deadlock:
        return "deadlock or livelock";
    case Error::UseAfterFree:
        return "use after free";
    case Error::Leak:
        return "leak";
    case Error::TooManyEvents:
        return "too many events in one run";
    case Error::NotDeterministic:
        return "the test is not deterministic";
    }
    return "";
}

Run::Run() {
    for (auto& thread : threads_)
        thread = std::make_unique<Thread>();
}
Run::~Run() = default;

bool Run::is_running() {
    return running != nullptr;
}

Run& Run::current() {
    if (running == nullptr) {
        std::fputs("model: an atomic object outside model::check (a global?)\n", stderr);
        std::abort();
    }
    return *running;
}

void Run::run_thread(void* run) {
    auto& self = *static_cast<Run*>(run);
    Thread& thread = *self.threads_[self.self_];
    thread.body();
    Graph::add_step(self.self_, thread.view);
    thread.state = State::Ended;
    self.leave();
}

void Run::begin(std::function<void()> body) {
    Thread& thread = *threads_[threads_used_++];
    thread.body = std::move(body);
    thread.state = State::Ready;
    thread.view = View();
    thread.poll_reads.clear();
    thread.poll_wrote = false;
    thread.is_daemon = false;
    thread.cpu = nullptr;
    thread.fiber.start(run_thread, this);
}

Ending Run::go(const std::function<void()>& body, Tape& tape, const Limits& limits) {
    graph_.clear();
    seq_cst_.clear();
    threads_used_ = 0;
    tape_ = &tape;
    limits_ = limits;
    spurious_left_ = limits.spurious;
    delays_left_ = limits.max_delays;
    ended_early_ = false;
    error_ = Error::None;
    message_.clear();
    free_blocks();
    ++number_;
    running = this;
    tape.rewind();
    begin(body);
    do
        run_ready_threads();
    while (!ended_early_ && tell_one_thread());
    const Ending ending = conclude();
    running = nullptr;
    return ending;
}

void Run::leave() {
    threads_[self_]->fiber.leave();
    std::abort(); // nobody enters it again
}

void Run::go_on(ThreadId thread) {
    self_ = thread;
    threads_[thread]->fiber.enter();
}

void Run::run_ready_threads() {
    for (bool ran = true; ran && !ended_early_;) {
        ran = false;
        for (ThreadId i = 0; i < threads_used_ && !ended_early_; ++i) {
            Thread& thread = *threads_[i];
            if (thread.state == State::Joining && threads_[thread.joins]->state == State::Ended)
                thread.state = State::Ready;
            if (thread.state == State::Ready) {
                go_on(i);
                ran = true;
            }
        }
    }
}

/// What a thread that reads may read now.
void Run::offer(const Thread& thread, Offer& result) const {
    result.writes.clear();
    result.has_newest = false;
    const Operation& operation = thread.operation;
    const auto& order = graph_.location(operation.location).order;
    const int low = graph_.lowest(operation.location, thread.view);
    for (int place = static_cast<int>(order.size()) - 1; place >= low; --place) {
        const EventId id = order[static_cast<unsigned>(place)];
        const Event& write = graph_.event(id);
        if (id < thread.seen || !operation.accepts(write.value))
            continue;
        if (write.updated_by != none && operation.written(write.value))
            continue; // an update is right behind its write, so each write has one at most
        result.has_newest = result.has_newest || place + 1 == static_cast<int>(order.size());
        result.writes.push_back(id);
    }
}

/// Tells the lowest thread that can read what it reads, or puts it off; false if there is none.
bool Run::tell_one_thread() {
    int picked = -1;
    bool others = false;
    for (ThreadId i = 0; i < threads_used_ && !others; ++i) {
        if (threads_[i]->state != State::Reading)
            continue;
        Offer& here = picked < 0 ? offer_ : other_offer_;
        offer(*threads_[i], here);
        if (here.writes.empty())
            continue;
        if (picked < 0)
            picked = i;
        else
            others = true;
    }
    if (picked < 0)
        return false;
    decide(static_cast<ThreadId>(picked), offer_, others);
    return true;
}

unsigned Run::by_chance(std::size_t options) {
    return static_cast<unsigned>((*limits_.random)() % options);
}

/// Checks that a choice of the tape is the one that has come up.
void Run::repeat(Choice& choice, Asked asked, ThreadId thread,
                 const std::vector<EventId>& options) {
    if (choice.options.empty() && choice.asked == asked) { // from text
        choice.thread = thread;
        choice.options = options;
    }
    if (choice.asked != asked || choice.thread != thread || choice.options != options ||
        choice.taken >= options.size()) {
        ended_early_ = true;
        error_ = Error::NotDeterministic;
        message_ = "the same choices led elsewhere: time, addresses, statics or chance?";
    }
}

void Run::decide(ThreadId reader, const Offer& offered, bool others) {
    Thread& thread = *threads_[reader];
    const auto at = static_cast<std::int16_t>(tape_->position());
    Choice* choice = nullptr;
    if (!tape_->is_new()) {
        choice = &tape_->again();
        if (choice->options.empty()) { // from text, which does not say what was wanted
            choice->may_delay = others && delays_left_ > 0;
            choice->wants_delay = true;
        }
        repeat(*choice, Asked::Read, reader, offered.writes);
        if (ended_early_)
            return;
    } else {
        choice = &tape_->add(Asked::Read, reader);
        choice->options = offered.writes;
        choice->may_delay = others && delays_left_ > 0;
        choice->wants_delay = limits_.naive || thread.delays > 0 || !offered.has_newest ||
                              may_be_updating(reader, thread.operation.location);
        if (limits_.random != nullptr) {
            choice->taken = by_chance(choice->options.size() + choice->may_delay);
            choice->is_delayed = choice->taken == choice->options.size();
        }
    }
    if (choice->is_delayed) {
        --delays_left_;
        thread.seen = graph_.size();
        ++thread.delays;
        return;
    }
    perform_now(reader, choice->options[choice->taken], at);
}

/// Whether another thread is about to update what `reader` reads.
bool Run::may_be_updating(ThreadId reader, LocationId location) const {
    for (ThreadId i = 0; i < threads_used_; ++i)
        if (i != reader && threads_[i]->state == State::Reading &&
            threads_[i]->operation.change != Change::None &&
            threads_[i]->operation.location == location)
            return true;
    return false;
}

/// This thread writes to a location: reads of other threads that did not lead to this could have
/// waited for it.
void Run::want_delays(LocationId location) {
    const View& view = threads_[self_]->view;
    for (const EventId id : graph_.location(location).reads) {
        const Event& read = graph_.event(id);
        if (read.thread != self_ && read.choice != none && !is_before(read, view.caused))
            tape_->at(static_cast<unsigned>(read.choice)).wants_delay = true;
    }
}

void Run::perform_now(ThreadId reader, EventId source, std::int16_t at) {
    self_ = reader;
    Thread& thread = *threads_[reader];
    const Operation& operation = thread.operation;
    const std::uint64_t value = graph_.event(source).value;
    const auto written = operation.written(value);
    EventId made = none;
    Order order = operation.order;
    if (written) {
        made = graph_.add_update(reader, thread.view, operation.location, source, *written, order,
                                 operation.code);
        thread.poll_wrote = true;
    } else {
        if (operation.change != Change::None)
            order = operation.failure;
        made =
            graph_.add_read(reader, thread.view, operation.location, source, order, operation.code);
        thread.poll_reads.push_back(made);
    }
    graph_.event(made).choice = at;
    thread.result = value;
    thread.wrote = written.has_value();
    thread.state = State::Ready;
    if (order == Order::seq_cst) {
        seq_cst_.add(graph_);
        if (!tape_->is_repeated() && !seq_cst_.is_consistent(graph_))
            ended_early_ = true;
    }
}

Ending Run::conclude() {
    if (error_ == Error::NotDeterministic)
        return Ending::Complete;
    // No alarm about what is no execution.
    if (!seq_cst_.is_consistent(graph_)) {
        error_ = Error::None;
        return Ending::Inconsistent;
    }
    if (ended_early_)
        return error_ == Error::None ? Ending::Inconsistent : Ending::Complete;
    bool all_ended = true;
    bool dead_end = false;
    for (ThreadId i = 0; i < threads_used_; ++i) {
        const Thread& thread = *threads_[i];
        const bool is_idle =
            thread.is_daemon && thread.state == State::Reading && thread.delays == 0;
        all_ended = all_ended && (thread.state == State::Ended || is_idle);
        dead_end = dead_end || (thread.state == State::Reading && thread.delays > 0);
        if (thread.state == State::Stuck)
            for (const EventId read : thread.poll_reads)
                dead_end = dead_end || !graph_.is_newest(graph_.event(read).reads_from);
    }
    if (all_ended) {
        if (std::ranges::any_of(blocks_, &Block::is_live)) {
            error_ = Error::Leak;
            message_ = "an object that was made is not destroyed";
        }
        return Ending::Complete;
    }
    if (dead_end)
        return Ending::DeadEnd;
    error_ = Error::Deadlock;
    message_ = "no thread can go on, whatever it waits to see";
    return Ending::Complete;
}

} // namespace model
