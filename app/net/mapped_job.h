// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"

#include <functional>

namespace nimbook::net {

/// Waits for another job and ends with what \a map makes of its result, good or bad.
template<typename From, typename To>
class MappedJob final : public ValueJob<To> {
public:
    using Map = std::function<Result<To>(Result<From>)>;

    /// Takes over \a source, which is not started yet.
    MappedJob(ValueJob<From> *source, Map map, QObject *parent)
        : ValueJob<To>(parent), m_source(source), m_map(std::move(map))
    {
        m_source->setParent(this);
    }

protected:
    void run() override
    {
        QObject::connect(m_source, &Job::progressChanged, this, [this](const Progress &progress) { this->setProgress(progress); });
        QObject::connect(m_source, &Job::finished, this, [this] { this->finishWith(m_map(m_source->result())); });
        m_source->start();
    }
    void abort() override { m_source->cancel(); }

private:
    ValueJob<From> *m_source;
    Map m_map;
};

/// The same for the usual case: a failure passes through, a value is converted.
template<typename To, typename From, typename Convert>
ValueJob<To> *mapValue(ValueJob<From> *source, Convert convert, QObject *parent)
{
    return new MappedJob<From, To>(
        source,
        [convert = std::move(convert)](Result<From> result) -> Result<To> {
            if (!result)
                return failure(std::move(result.error()));
            return convert(*result);
        },
        parent);
}

} // namespace nimbook::net
