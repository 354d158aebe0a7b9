// SPDX-License-Identifier: MIT
// One run of the body: its threads, and the graph that they build. Every thread goes on until it
// reads; then the lowest one that has something to read is told what. README.md has the algorithm.
#pragma once

#include <functional>
#include <memory>
#include <model/fiber.hpp>
#include <model/operation.hpp>
#include <model/seq_cst.hpp>
#include <model/tape.hpp>
#include <random>

namespace model {

class Cpu;

enum class Error : std::uint8_t {
    None,
    Assertion,
    Race,
    Deadlock,
    UseAfterFree,
    Leak,
    TooManyEvents,
    NotDeterministic,
};
const char* to_string(Error error);

/// How a run ended, other than by an error.
enum class Ending : std::uint8_t {
    Complete,
    DeadEnd, ///< it waited for a write that did not come: another run has what it would have been
    Inconsistent, ///< no execution of the memory model: seq_cst accesses contradict each other
};

struct Limits {
    unsigned max_events = 256;
    unsigned spurious = 0;     ///< failures for no reason, in a run
    unsigned max_delays = ~0U; ///< in a run
    bool naive = false;        ///< delay wherever it can be: slower, and the same executions
    std::mt19937_64* random = nullptr; ///< choose by chance instead of exploring
};

class Run {
  public:
    Run();
    ~Run();

    /// Runs body() once, along the tape and then further. An error is in error() and message().
    Ending go(const std::function<void()>& body, Tape& tape, const Limits& limits);

    [[nodiscard]] Error error() const { return error_; }
    [[nodiscard]] const std::string& message() const { return message_; }
    [[nodiscard]] const Graph& graph() const { return graph_; }
    [[nodiscard]] Graph& graph() { return graph_; }
    [[nodiscard]] unsigned threads() const { return threads_used_; }

    /// The run that is going on, on whose threads this code is; ends the program if there is none.
    static Run& current();
    static bool is_running();

    // What code under test does. `code` is where it was called from.
    LocationId make_location(std::uint64_t value, const void* code);
    void end_location(LocationId location);
    void store(LocationId location, std::uint64_t value, Order order, const void* code);
    /// A load or read-modify-write: what was read; `wrote` says whether it wrote.
    std::uint64_t perform(const Operation& operation, bool& wrote);
    void fence(Order order, const void* code);
    /// True if a failure for no reason is chosen here; only as often as the limits allow.
    bool fails_spuriously();

    ThreadId spawn(std::function<void()> body);
    /// A thread that may wait for ever.
    void spawn_daemon(std::function<void()> body);
    void join(ThreadId thread);
    [[nodiscard]] ThreadId self() const { return self_; }
    [[nodiscard]] View& view() { return threads_[self_]->view; }
    /// A poll begins: what it reads is what it waits on.
    void begin_poll();
    /// The poll was in vain. Unless it wrote, this thread waits until others have written.
    void poll_again();
    /// The run ends here, with this error.
    [[noreturn]] void fail(Error error, std::string message);

    /// The CPU that this thread runs on, if it has interrupts.
    void set_cpu(Cpu* cpu) { threads_[self_]->cpu = cpu; }
    void mask();
    void unmask();

    [[nodiscard]] void* allocate(std::size_t size, std::size_t alignment);
    void deallocate(void* memory);
    /// `location` lies at this address, and what lies there has this name.
    void place(LocationId location, const void* object) {
        graph_.location(location).object = object;
    }
    void name(const void* object, const char* text);
    /// The live atomic object at this address; an error of the run if there is none.
    [[nodiscard]] LocationId location_at(const void* object);

    /// Numbers that are new for each run.
    [[nodiscard]] std::uint64_t number() const { return number_; }

  private:
    enum class State : std::uint8_t { Ready, Reading, Joining, Stuck, Ended };
    struct Thread {
        Fiber fiber;
        std::function<void()> body;
        State state = State::Ready;
        View view;
        Operation operation; ///< while Reading
        EventId seen = 0;    ///< Reading: writes below this one were offered already
        unsigned delays = 0; ///< Reading: how often this read was put off
        std::uint64_t result = 0;
        bool wrote = false;
        ThreadId joins = 0;
        bool is_daemon = false;
        Cpu* cpu = nullptr;
        bool poll_wrote = false;
        std::vector<EventId> poll_reads; ///< what the poll read, by load event
    };
    struct Offer {
        std::vector<EventId> writes; ///< newest in modification order first
        bool has_newest = false;
    };

    static void run_thread(void* run);
    void begin(std::function<void()> body);
    void go_on(ThreadId thread);
    void run_ready_threads();
    void offer(const Thread& thread, Offer& result) const;
    bool tell_one_thread();
    void decide(ThreadId thread, const Offer& offered, bool others);
    void perform_now(ThreadId thread, EventId source, std::int16_t choice);
    EventId choose_place(LocationId location);
    void want_delays(LocationId location);
    bool may_be_updating(ThreadId reader, LocationId location) const;
    unsigned choose(Asked asked, const std::vector<EventId>& options);
    void check_room();
    void check_alive(LocationId location);
    void added_seq_cst(Order order);
    Ending conclude();
    [[noreturn]] void leave();
    void repeat(Choice& choice, Asked asked, ThreadId thread, const std::vector<EventId>& options);
    unsigned by_chance(std::size_t options);

    struct Block {
        void* memory;
        std::size_t alignment;
        bool is_live;
    };
    void free_blocks();

    Graph graph_;
    std::vector<Block> blocks_;
    SeqCst seq_cst_;
    std::array<std::unique_ptr<Thread>, max_threads> threads_;
    unsigned threads_used_ = 0;
    ThreadId self_ = 0;
    Tape* tape_ = nullptr;
    Limits limits_;
    unsigned spurious_left_ = 0;
    unsigned delays_left_ = 0;
    bool ended_early_ = false; ///< inconsistent, or an error
    Error error_ = Error::None;
    std::string message_;
    std::uint64_t number_ = 0;
    Offer offer_; ///< these are kept for their memory
    Offer other_offer_;
    std::vector<EventId> places_;
};

} // namespace model
