// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

#include <tl/expected.hpp>

namespace nimbook {

/// A value, or the Error that stands in its way. std::expected arrives with GCC 13; this is the same shape.
template<typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

inline tl::unexpected<Error> failure(ErrorKind kind, QString message, QString nextStep = {}, QString detail = {})
{
    return tl::unexpected<Error>(Error{kind, std::move(message), std::move(nextStep), std::move(detail), {}});
}

} // namespace nimbook
