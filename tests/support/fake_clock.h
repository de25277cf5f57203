// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"

namespace nimbook::testing {

/// Time that stands still until a test moves it.
class FakeClock final : public Clock {
public:
    explicit FakeClock(QDateTime now = QDateTime(QDate(2026, 11, 23), QTime(10, 0), Qt::UTC)) : m_now(std::move(now)) {}

    QDateTime now() const override { return m_now; }
    void advance(std::chrono::seconds by) { m_now = m_now.addSecs(by.count()); }

private:
    QDateTime m_now;
};

} // namespace nimbook::testing
