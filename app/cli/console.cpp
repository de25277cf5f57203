// SPDX-License-Identifier: Apache-2.0
#include "cli/console.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QRegularExpression>
#include <QSocketNotifier>

#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace nimbook::cli {

namespace {

using namespace std::chrono_literals;

void put(FILE *stream, const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    std::fwrite(bytes.constData(), 1, size_t(bytes.size()), stream);
    std::fflush(stream);
}

qsizetype terminalWidth()
{
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

QString progressText(const Progress &progress)
{
    QString amount;
    if (progress.unit == Progress::Unit::Bytes && progress.done > 0) {
        amount = QLocale().formattedDataSize(progress.done);
        if (progress.isDeterminate())
            amount += QStringLiteral(" / ") + QLocale().formattedDataSize(progress.total);
    } else if (progress.isDeterminate()) {
        amount = QStringLiteral("%1 %").arg(progress.percent());
    }
    return QStringList{amount, progress.text}.filter(QRegularExpression(QStringLiteral("."))).join(QStringLiteral("  "));
}

QString secondsText(std::chrono::milliseconds time)
{
    return QStringLiteral("%1 s").arg(double(time.count()) / 1000.0, 0, 'f', 1);
}

QByteArray jsonText(const QJsonValue &json, QJsonDocument::JsonFormat format)
{
    return (json.isArray() ? QJsonDocument(json.toArray()) : QJsonDocument(json.toObject())).toJson(format);
}

} // namespace

Console::Console(QObject *parent) : QObject(parent)
{
    m_redraw.setInterval(500ms); // the elapsed time moves on even where nothing else does
    connect(&m_redraw, &QTimer::timeout, this, &Console::showLine);
}

Console::~Console()
{
    clearLine();
}

bool Console::isTerminal(int descriptor)
{
    return ::isatty(descriptor) == 1;
}

Console::Steps Console::stepsFor(const QString &word)
{
    if (word == QLatin1String("plain"))
        return Steps::Plain;
    if (word == QLatin1String("none") || !isTerminal(STDERR_FILENO))
        return Steps::None;
    return qEnvironmentVariable("TERM") == QLatin1String("dumb") ? Steps::Plain : Steps::Live;
}

void Console::follow(Job *job, const QString &title)
{
    if (m_style.steps == Steps::None)
        return;
    m_job = job;
    m_title = title;
    if (auto *flow = qobject_cast<Flow *>(job))
        connect(flow, &Flow::stepChanged, this, [this, flow](int index) { onStep(*flow, index); });
    connect(job, &Job::progressChanged, this, &Console::showLine);
    connect(job, &Job::finished, this, [this, job] {
        if (m_job != job)
            return;
        m_redraw.stop();
        clearLine();
        if (!qobject_cast<Flow *>(job) && job->state() == Job::State::Succeeded)
            endLine(QStringLiteral("✓ ") + m_title);
        m_job = nullptr;
    });
    if (m_style.steps == Steps::Live)
        m_redraw.start();
    else
        endLine(QStringLiteral("… ") + title);
    showLine();
}

void Console::onStep(Flow &flow, int index)
{
    const Step step = flow.steps().value(index);
    const QString detail = step.detail.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(step.detail);
    switch (step.state) {
    case Step::State::Done:
        endLine(QStringLiteral("  ✓ %1%2, %3").arg(step.title, detail, secondsText(step.elapsed)));
        break;
    case Step::State::Skipped:
        endLine(QStringLiteral("  · %1%2").arg(step.title, detail));
        break;
    case Step::State::Failed:
    case Step::State::Cancelled:
        endLine(QStringLiteral("  ✗ %1%2, %3").arg(step.title, detail, secondsText(step.elapsed)));
        break;
    default:
        showLine();
    }
}

void Console::showLine()
{
    if (m_style.steps != Steps::Live || !m_job || m_job->isFinished())
        return;
    QString line = QStringLiteral("… ") + m_title;
    Progress progress = m_job->progress();
    if (auto *flow = qobject_cast<Flow *>(m_job.data()); flow && flow->currentStep() >= 0) {
        const Step step = flow->steps().value(flow->currentStep());
        line = QStringLiteral("  … ") + step.title;
        if (!step.detail.isEmpty())
            line += QStringLiteral(" (%1)").arg(step.detail);
        progress = step.progress;
    }
    if (const QString more = progressText(progress); !more.isEmpty())
        line += QStringLiteral("  ") + more;
    line = line.left(terminalWidth() - 1);
    if (line == m_line)
        return;
    m_line = line;
    put(stderr, QStringLiteral("\r\033[K") + line);
}

void Console::clearLine()
{
    if (!m_line.isEmpty())
        put(stderr, QStringLiteral("\r\033[K"));
    m_line.clear();
}

void Console::endLine(const QString &text)
{
    clearLine();
    put(stderr, text + QLatin1Char('\n'));
}

void Console::note(const QString &text)
{
    if (m_style.steps != Steps::None)
        endLine(text);
}

void Console::log(const QString &text)
{
    if (m_style.steps != Steps::None)
        endLine(QStringLiteral("    ") + text);
}

void Console::warn(const QString &text)
{
    endLine(text);
}

void Console::result(const QString &text, const QJsonValue &json)
{
    clearLine();
    if (m_style.json)
        put(stdout, QString::fromUtf8(jsonText(json, QJsonDocument::Indented)));
    else if (!text.isEmpty())
        put(stdout, text + QLatin1Char('\n'));
}

void Console::printJsonLine(const QJsonValue &json)
{
    put(stdout, QString::fromUtf8(jsonText(json, QJsonDocument::Compact)) + QLatin1Char('\n'));
}

void Console::fail(const Error &error)
{
    clearLine();
    if (m_style.json) {
        result({}, QJsonObject{{QStringLiteral("error"), QJsonObject{{QStringLiteral("kind"), errorKindName(error.kind)},
                                                                     {QStringLiteral("message"), error.message},
                                                                     {QStringLiteral("nextStep"), error.nextStep},
                                                                     {QStringLiteral("detail"), error.detail}}}});
        return;
    }
    QString text = QStringLiteral("nimbookctl: ") + error.message;
    if (!error.nextStep.isEmpty())
        text += QLatin1Char('\n') + error.nextStep;
    endLine(text);
}

bool Console::canAsk() const
{
    return !m_style.json && isTerminal(STDIN_FILENO) && isTerminal(STDERR_FILENO);
}

void Console::ask(const QString &question, std::function<void(const QString &)> answered)
{
    clearLine();
    m_redraw.stop();
    put(stderr, question + QLatin1Char(' '));
    m_typed.clear();
    // Not a blocking read: Ctrl+C and the network go on being served.
    m_input = std::make_unique<QSocketNotifier>(STDIN_FILENO, QSocketNotifier::Read);
    connect(m_input.get(), &QSocketNotifier::activated, this, [this, answered = std::move(answered)] {
        char buffer[512];
        const ssize_t count = ::read(STDIN_FILENO, buffer, sizeof buffer);
        if (count > 0)
            m_typed += QByteArray(buffer, count);
        if (count > 0 && !m_typed.contains('\n'))
            return;
        m_input->setEnabled(false);
        m_input.release()->deleteLater(); // we are inside its signal
        if (m_job && m_style.steps == Steps::Live)
            m_redraw.start();
        const auto call = answered; // this lambda may be gone once the answer leads to the next question
        call(QString::fromUtf8(m_typed).section(QLatin1Char('\n'), 0, 0).trimmed());
    });
}

} // namespace nimbook::cli
