// SPDX-License-Identifier: MIT
// A strand is a computation that can be left and gone on with: a stack, and what it needs to go on.
// Declared here, defined once in an image by whoever switches between them: kernel/, or a test.
#pragma once

namespace neuron::core {

struct Strand;

} // namespace neuron::core
