// SPDX-License-Identifier: MIT
// What code under test asks of a run, on the stack of the thread that asks.
#include <model/cpu.hpp>
#include <new>

namespace model {

void Run::fail(Error error, std::string message) {
    error_ = error;
    message_ = std::move(message) + ", in thread " + std::to_string(self_);
    ended_early_ = true;
    leave();
}

/// A seq_cst event has come.
void Run::added_seq_cst(Order order) {
    if (order != Order::seq_cst)
        return;
    seq_cst_.add(graph_);
    if (!tape_->is_repeated() && !seq_cst_.is_consistent(graph_)) {
        ended_early_ = true;
        leave();
    }
}

LocationId Run::make_location(std::uint64_t value, const void* code) {
    check_room();
    return graph_.add_location(self_, view(), value, code);
}

void Run::end_location(LocationId id) {
    Location& location = graph_.location(id);
    if (location.is_dead)
        fail(Error::UseAfterFree, "an object ends twice");
    location.is_dead = true;
    const auto is_known = [&](EventId event) {
        return is_before(graph_.event(event), view().happened);
    };
    if (!std::ranges::all_of(location.order, is_known) ||
        !std::ranges::all_of(location.reads, is_known))
        fail(Error::UseAfterFree, "an object ends while another thread may still use it");
}

void Run::check_room() {
    if (static_cast<unsigned>(graph_.size()) >= limits_.max_events ||
        graph_.seq_cst().size() >= SeqCst::most)
        fail(Error::TooManyEvents, "more events than the limit allows: an endless loop?");
}

void Run::check_alive(LocationId location) {
    check_room();
    if (location < 0 || location >= graph_.locations() || graph_.location(location).is_dead)
        fail(Error::UseAfterFree, "an atomic object is used that has ended");
}

/// Where in modification order a write goes: coherence leaves the places behind what this thread
/// has seen, and nothing comes between an update and what it read.
EventId Run::choose_place(LocationId location) {
    const auto& order = graph_.location(location).order;
    const int low = graph_.lowest(location, view());
    places_.clear();
    for (int place = static_cast<int>(order.size()) - 1; place >= low; --place)
        if (graph_.event(order[static_cast<unsigned>(place)]).updated_by == none)
            places_.push_back(order[static_cast<unsigned>(place)]);
    return places_.size() == 1 ? places_[0] : places_[choose(Asked::Place, places_)];
}

/// Which of the options the tape has, or the first one from now on.
unsigned Run::choose(Asked asked, const std::vector<EventId>& options) {
    if (!tape_->is_new()) {
        Choice& choice = tape_->again();
        repeat(choice, asked, self_, options);
        if (ended_early_)
            leave();
        return choice.taken;
    }
    Choice& choice = tape_->add(asked, self_);
    choice.options = options;
    if (limits_.random != nullptr)
        choice.taken = by_chance(options.size());
    return choice.taken;
}

void Run::store(LocationId location, std::uint64_t value, Order order, const void* code) {
    check_alive(location);
    want_delays(location);
    threads_[self_]->poll_wrote = true;
    graph_.add_write(self_, view(), location, choose_place(location), value, order, code);
    added_seq_cst(order);
}

std::uint64_t Run::perform(const Operation& operation, bool& wrote) {
    check_alive(operation.location);
    Thread& thread = *threads_[self_];
    if (operation.change != Change::None)
        want_delays(operation.location);
    thread.operation = operation;
    thread.seen = 0;
    thread.delays = 0;
    thread.state = State::Reading;
    thread.fiber.leave();
    if (graph_.location(operation.location).is_dead)
        fail(Error::UseAfterFree, "an atomic object is used that has ended");
    wrote = thread.wrote;
    return thread.result;
}

void Run::fence(Order order, const void* code) {
    check_room();
    if (order == Order::relaxed)
        return;
    graph_.add_fence(self_, view(), order, code);
    added_seq_cst(order);
}

bool Run::fails_spuriously() {
    if (spurious_left_ == 0)
        return false;
    static const std::vector<EventId> no_or_yes = {0, 1};
    const bool fails = choose(Asked::Spurious, no_or_yes) == 1;
    spurious_left_ -= fails;
    return fails;
}

ThreadId Run::spawn(std::function<void()> body) {
    if (threads_used_ == max_threads)
        fail(Error::TooManyEvents, "more threads than a run may have");
    View& mine = view();
    Graph::add_step(self_, mine);
    const auto made = static_cast<ThreadId>(threads_used_);
    begin(std::move(body));
    View& its = threads_[made]->view;
    its.happened = mine.happened;
    its.caused = mine.caused;
    return made;
}

void Run::spawn_daemon(std::function<void()> body) {
    threads_[spawn(std::move(body))]->is_daemon = true;
}

void Run::mask() {
    if (Cpu* const cpu = threads_[self_]->cpu)
        cpu->mask();
}
void Run::unmask() {
    if (Cpu* const cpu = threads_[self_]->cpu)
        cpu->unmask();
}

void* Run::allocate(std::size_t size, std::size_t alignment) {
    void* const memory = ::operator new(size, std::align_val_t(alignment));
    blocks_.push_back({memory, alignment, true});
    return memory;
}

void Run::deallocate(void* memory) {
    const auto found = std::ranges::find(blocks_, memory, &Block::memory);
    if (found == blocks_.end() || !found->is_live)
        fail(Error::UseAfterFree, "memory is freed twice, or was never made");
    found->is_live = false;
}

void Run::free_blocks() {
    for (const Block& block : blocks_)
        ::operator delete(block.memory, std::align_val_t(block.alignment));
    blocks_.clear();
}

LocationId Run::location_at(const void* object) {
    for (auto id = static_cast<LocationId>(graph_.locations() - 1); id >= 0; --id)
        if (graph_.location(id).object == object && !graph_.location(id).is_dead)
            return id;
    fail(Error::UseAfterFree, "there is no atomic object at this address");
}

void Run::name(const void* object, const char* text) {
    graph_.location(location_at(object)).name = text;
}

void Run::join(ThreadId other) {
    Thread& thread = *threads_[self_];
    if (threads_[other]->state != State::Ended) {
        thread.joins = other;
        thread.state = State::Joining;
        thread.fiber.leave();
    }
    thread.view.happened.join(threads_[other]->view.happened);
    thread.view.caused.join(threads_[other]->view.caused);
    thread.poll_wrote = true;
}

void Run::begin_poll() {
    Thread& thread = *threads_[self_];
    thread.poll_reads.clear();
    thread.poll_wrote = false;
}

void Run::poll_again() {
    Thread& thread = *threads_[self_];
    if (thread.poll_wrote || thread.poll_reads.empty()) {
        begin_poll();
        return;
    }
    thread.state = State::Stuck;
    thread.fiber.leave();
}

} // namespace model
