// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace nimbook::ui {

/// How many windows a page may open, and how often it may put a question into the person's way. Pure rules, so that tests need no page.
class WindowBudget {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// A page that opens windows by itself gets a few; one click may open several notebooks, but no storm.
    bool mayOpenWindow(bool byUser, int openTabs) const { return openTabs < (byUser ? 30 : 6); }

    /// alert(), confirm() and their like: three in ten seconds, then the page is no longer listened to until it has been quiet so long.
    bool mayAsk(Time now)
    {
        if (now - m_firstQuestion > std::chrono::seconds(10)) {
            m_firstQuestion = now;
            m_questions = 0;
        }
        return ++m_questions <= 3;
    }

private:
    Time m_firstQuestion{};
    int m_questions = 0;
};

} // namespace nimbook::ui
