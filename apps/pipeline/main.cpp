// SPDX-License-Identifier: MIT
// A source, three stages and a sink, each a task, on as many CPUs as there are. A frame has one
// owner at a time: it moves down the channels, and its place goes back to the pool at the end.
//
//   source --> scale --> mix --> fold --> sink (main)
#include <neuron/app.hpp>
#include <neuron/args/parameter.hpp>
#include <neuron/channel/channel.hpp>
#include <neuron/channel/pool.hpp>
#include <neuron/sched/spawn.hpp>

#include <bit>

namespace {

using namespace neuron;
using sched::Task;

using Frame = std::array<std::uint32_t, 8>;
using Box = channel::Box<Frame>;
using Frames = channel::Pool<Frame, 16>; // fewer than could be under way at a time
using Channel = channel::Channel<System, Box, 4, channel::Form::Spsc>;
using Sender = Channel::Sender;
using Receiver = Channel::Receiver;
using Handle = sched::Handle<System>;

constexpr std::uint64_t most_frames = 1'000'000;

/// Each frame with its number. Where all of the pool is under way it waits for a place.
int source(Task& self, Sender next, core::Ref<Frames> frames, std::uint64_t count) {
    for (std::uint64_t number = 0; number < count;) {
        auto frame = frames->make();
        if (!frame) {
            sched::yield(system(), self);
            continue;
        }
        (*frame)->fill(static_cast<std::uint32_t>(number++));
        if (!next.send(self, *std::move(frame)))
            return 1;
    }
    return 0;
}
/// Does `Change` to each frame that passes.
template <auto Change>
int stage(Task& self, Receiver from, Sender next) {
    while (auto frame = from.receive(self)) {
        Change(**frame);
        if (!next.send(self, *std::move(frame)))
            return 1;
    }
    return 0;
}

void scale(Frame& frame) {
    std::uint32_t factor = 1;
    for (auto& word : frame)
        word *= factor += 2;
}
void mix(Frame& frame) {
    std::uint32_t before = frame.back();
    for (auto& word : frame)
        before = word ^= std::rotl(before, 7);
}
void fold(Frame& frame) {
    for (std::size_t n = 1; n < frame.size(); ++n)
        frame[n] += frame[n - 1];
}

/// Depends on each word, and on the order of frames.
std::uint64_t joined(std::uint64_t sum, const Frame& frame) {
    for (const std::uint32_t word : frame)
        sum = (sum ^ word) * 0x100000001b3; // the prime of FNV-1a
    return sum;
}
std::uint64_t computed_plainly(std::uint64_t count) {
    std::uint64_t sum = 0;
    for (std::uint64_t number = 0; number < count; ++number) {
        Frame frame;
        frame.fill(static_cast<std::uint32_t>(number));
        scale(frame);
        mix(frame);
        fold(frame);
        sum = joined(sum, frame);
    }
    return sum;
}

/// Where task `number` begins: on the next CPU, over and over, of those that take tasks.
sched::Spawn on_its_cpu(std::string_view name, std::uint32_t number) {
    const core::CpuId cpu{number % system().cpu_count()};
    const bool takes_tasks = system().shared<sched::Feature>().is_open(cpu);
    return {.name = name, .cpu = takes_tasks ? cpu : core::boot_cpu};
}

// What does not begin drops its ends here, so that the others come to theirs.
core::Result<Handle, sched::Error> begin_source(std::uint32_t number, Sender next,
                                                core::Ref<Frames> frames, std::uint64_t count) {
    return sched::spawn(
        system(), on_its_cpu("source", number),
        [](Task& self, Sender own_next, core::Ref<Frames> all, std::uint64_t wanted) {
            return source(self, std::move(own_next), all, wanted);
        },
        std::move(next), frames, count);
}
template <auto Change>
core::Result<Handle, sched::Error> begin_stage(std::uint32_t number, Receiver from, Sender next) {
    return sched::spawn(
        system(), on_its_cpu("stage", number),
        [](Task& self, Receiver own_from, Sender own_next) {
            return stage<Change>(self, std::move(own_from), std::move(own_next));
        },
        std::move(from), std::move(next));
}

struct Outcome {
    std::uint64_t received = 0;
    std::uint64_t sum = 0;
    bool is_whole = true; ///< every task began, and ended well
};

/// The channels and the pool are too large for one frame.
[[gnu::noinline]] Outcome run(Task& self, Frames& frames, std::uint64_t count) {
    std::array<Channel, 4> channels; // the one before each stage, and the sink's
    auto [to_scale, scale_end] = *channels[0].open();
    auto [to_mix, mix_end] = *channels[1].open();
    auto [to_fold, fold_end] = *channels[2].open();
    auto [to_sink, sink_end] = *channels[3].open();
    std::array tasks{
        begin_source(1, std::move(to_scale),
                     // SAFETY: the task is joined below.
                     core::Ref<Frames>::unsafe_to(frames), count),
        begin_stage<scale>(2, std::move(scale_end), std::move(to_mix)),
        begin_stage<mix>(3, std::move(mix_end), std::move(to_fold)),
        begin_stage<fold>(4, std::move(fold_end), std::move(to_sink)),
    };
    Outcome outcome;
    while (auto frame = sink_end.receive(self)) {
        outcome.sum = joined(outcome.sum, **frame);
        ++outcome.received;
    }
    for (auto& task : tasks)
        outcome.is_whole &= task && sched::join(system(), self, *task) == 0;
    return outcome;
}

} // namespace

int main() {
    const auto words = system().arguments().arguments();
    const auto count = words.empty()       ? std::optional<std::uint64_t>(10'000)
                       : words.size() == 1 ? args::parse_unsigned(words[0])
                                           : std::nullopt;
    if (!count || *count < 1 || *count > most_frames) {
        println("pipeline: FRAMES is a number from 1 to {}: ARGS=FRAMES", most_frames);
        return 1;
    }
    Frames frames;
    const Outcome outcome = run(sched::this_task(system()), frames, *count);
    println("pipeline: {} frames, checksum {:016x}", outcome.received, outcome.sum);
    if (!outcome.is_whole) {
        println("pipeline: not every task began and ended well");
        return 1;
    }
    if (const std::uint64_t plain = computed_plainly(*count); plain != outcome.sum) {
        println("pipeline: computed in one place: checksum {:016x}", plain);
        return 1;
    }
    return frames.taken() == 0 ? 0 : 1;
}
