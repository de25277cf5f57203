// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "jupyter/container.h"

#include <functional>

namespace nimbook::jupyter {

/// The digest among a script's results; empty for "none".
QString knownDigest(const QMap<QString, QString> &results);

/// A script whose results mean one value.
template<typename T>
class ScriptJob final : public ValueJob<T> {
public:
    using Reading = std::function<Result<T>(const QMap<QString, QString> &)>;

    /// \param script not started, without a parent: it becomes ours
    ScriptJob(RemoteScript *script, Reading read, QObject *parent) : ValueJob<T>(parent), m_script(script), m_read(std::move(read))
    {
        m_script->setParent(this);
    }

protected:
    void run() override
    {
        QObject::connect(m_script, &Job::finished, this, [this] {
            if (!this->isRunning())
                return;
            if (const auto results = m_script->result())
                this->finishWith(m_read(*results));
            else
                this->failAs(*m_script);
        });
        m_script->start();
    }

    void abort() override { m_script->cancel(); }

private:
    RemoteScript *m_script;
    Reading m_read;
};

} // namespace nimbook::jupyter
