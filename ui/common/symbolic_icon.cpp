// SPDX-License-Identifier: Apache-2.0
#include "ui/common/symbolic_icon.h"

#include <QFile>
#include <QGuiApplication>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>

#include <memory>

namespace nimbook::ui {

namespace {

class SymbolicIconEngine final : public QIconEngine {
public:
    SymbolicIconEngine(QString name, QPalette::ColorRole role) : m_name(std::move(name)), m_role(role)
    {
        QFile file(QStringLiteral(":/icons/") + m_name + QStringLiteral(".svg"));
        if (file.open(QIODevice::ReadOnly))
            m_source = file.readAll();
    }

    QIconEngine *clone() const override { return new SymbolicIconEngine(*this); }
    QString key() const override { return QStringLiteral("nimbook-symbolic"); }
    QString iconName() override { return m_name; }
    bool isNull() override { return m_source.isEmpty(); }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const QColor color = colorFor(mode);
        auto &renderer = m_renderers[color.rgba()];
        if (!renderer)
            renderer = std::make_shared<QSvgRenderer>(QByteArray(m_source).replace("currentColor", color.name().toLatin1()));
        const int side = qMin(rect.width(), rect.height());
        QRectF box(0, 0, side, side);
        box.moveCenter(QRectF(rect).center());
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        renderer->render(painter, box);
        painter->restore();
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

private:
    QColor colorFor(QIcon::Mode mode) const
    {
        const QPalette palette = QGuiApplication::palette();
        if (mode == QIcon::Disabled)
            return palette.color(QPalette::Disabled, QPalette::WindowText);
        if (mode == QIcon::Selected)
            return palette.color(QPalette::Active, QPalette::HighlightedText);
        return palette.color(QPalette::Active, m_role);
    }

    QString m_name;
    QPalette::ColorRole m_role;
    QByteArray m_source;
    QHash<QRgb, std::shared_ptr<QSvgRenderer>> m_renderers; // as many as there were palettes: two or three
};

} // namespace

QIcon symbolicIcon(const QString &name, QPalette::ColorRole role)
{
    return QIcon(new SymbolicIconEngine(name, role));
}

} // namespace nimbook::ui
