// SPDX-License-Identifier: Apache-2.0
#include "monitor/sample_parser.h"

#include <QStringList>

#include <algorithm>

namespace nimbook::monitor {

namespace {

/// nvidia-smi writes "[N/A]", "[Not Supported]", "[Unknown Error]", "[GPU requires reset]" or "ERR!" where it has no number.
std::optional<double> numberOf(const QString &field)
{
    bool ok = false;
    const double value = field.trimmed().toDouble(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

std::optional<double> bytesOfMebibytes(const QString &field)
{
    const auto value = numberOf(field);
    return value ? std::optional(*value * 1024 * 1024) : std::nullopt;
}

/// A counter that ran backwards belongs to another boot.
std::optional<double> rate(double before, double now, double seconds)
{
    return seconds > 0 && now >= before ? std::optional((now - before) / seconds) : std::nullopt;
}

} // namespace

std::optional<GpuSample> parseGpuLine(const QString &csv)
{
    const QStringList fields = csv.split(QLatin1Char(','));
    const auto index = fields.size() >= 8 ? numberOf(fields[0]) : std::nullopt;
    if (!index)
        return std::nullopt;
    GpuSample gpu;
    gpu.index = int(*index);
    gpu.name = fields[1].trimmed();
    gpu.utilisation = numberOf(fields[2]);
    gpu.memoryUsed = bytesOfMebibytes(fields[3]);
    gpu.memoryTotal = bytesOfMebibytes(fields[4]);
    gpu.temperature = numberOf(fields[5]);
    gpu.power = numberOf(fields[6]);
    gpu.powerLimit = numberOf(fields[7]);
    gpu.sharedByMig = fields.size() > 8 && fields[8].trimmed() == QLatin1String("Enabled");
    return gpu;
}

std::optional<MachineSample> SampleParser::feed(const QString &line, const QDateTime &now)
{
    const QStringList words = line.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    const QString kind = words.value(0);
    const auto number = [&words](int at) { return words.value(at).toDouble(); };
    constexpr double kilobyte = 1024;
    if (kind == QLatin1String("sample")) {
        m_inBlock = true;
        m_sample = {};
        m_counters = {};
        m_counters.uptime = number(1);
    } else if (!m_inBlock) {
        return std::nullopt;
    } else if (kind == QLatin1String("cpu")) {
        m_counters.cpu = number(1);
        m_counters.cpuIdle = number(2);
        m_sample.cores = int(number(3));
    } else if (kind == QLatin1String("memory")) {
        m_sample.memoryTotal = number(1) * kilobyte;
        m_sample.memoryUsed = std::max(0.0, number(1) - number(2)) * kilobyte;
    } else if (kind == QLatin1String("disk")) {
        m_sample.disks.append({words.mid(4).join(QLatin1Char(' ')), number(1) * kilobyte, number(2) * kilobyte, number(3) * kilobyte});
    } else if (kind == QLatin1String("net")) {
        m_counters.received = number(1);
        m_counters.sent = number(2);
    } else if (kind == QLatin1String("io")) {
        m_counters.sectorsRead = number(1);
        m_counters.sectorsWritten = number(2);
    } else if (kind == QLatin1String("gpu")) {
        if (const auto gpu = parseGpuLine(line.mid(4)))
            m_sample.gpus.append(*gpu);
    } else if (kind == QLatin1String("gpus")) {
        m_sample.gpuPresence = words.value(1) == QLatin1String("ready") ? GpuPresence::Ready
            : words.value(1) == QLatin1String("driver-missing")         ? GpuPresence::DriverMissing
                                                                        : GpuPresence::None;
    } else if (kind == QLatin1String("end")) {
        m_inBlock = false;
        return finish(now);
    }
    return std::nullopt;
}

MachineSample SampleParser::finish(const QDateTime &now)
{
    m_sample.time = now;
    if (m_before) {
        const double seconds = m_counters.uptime - m_before->uptime;
        if (const double ticks = m_counters.cpu - m_before->cpu; seconds > 0 && ticks > 0)
            m_sample.cpu = std::clamp(100 * (1 - (m_counters.cpuIdle - m_before->cpuIdle) / ticks), 0.0, 100.0);
        constexpr double sector = 512;
        m_sample.received = rate(m_before->received, m_counters.received, seconds);
        m_sample.sent = rate(m_before->sent, m_counters.sent, seconds);
        m_sample.read = rate(m_before->sectorsRead * sector, m_counters.sectorsRead * sector, seconds);
        m_sample.written = rate(m_before->sectorsWritten * sector, m_counters.sectorsWritten * sector, seconds);
    }
    m_before = m_counters;
    return m_sample;
}

} // namespace nimbook::monitor
