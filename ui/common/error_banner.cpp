// SPDX-License-Identifier: Apache-2.0
#include "ui/common/error_banner.h"

#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <QClipboard>
#include <QEvent>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QToolButton>

namespace nimbook::ui {

namespace {

Tone bannerTone(ErrorBanner::Kind kind)
{
    switch (kind) {
    case ErrorBanner::Kind::Error: return Tone::Bad;
    case ErrorBanner::Kind::Warning: return Tone::Warning;
    default: return Tone::Busy;
    }
}

QString bannerIcon(ErrorBanner::Kind kind)
{
    switch (kind) {
    case ErrorBanner::Kind::Error: return QStringLiteral("error");
    case ErrorBanner::Kind::Warning: return QStringLiteral("warning");
    case ErrorBanner::Kind::Question: return QStringLiteral("question");
    default: return QStringLiteral("info");
    }
}

QLabel *textLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText); // what a server answered is never markup
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

} // namespace

ErrorBanner::ErrorBanner(QWidget *parent)
    : QFrame(parent)
    , m_icon(new QLabel(this))
    , m_message(textLabel(this))
    , m_nextStep(textLabel(this))
    , m_buttons(new QHBoxLayout)
    , m_detailsButton(new QPushButton(tr("Show details"), this))
    , m_copyButton(new QPushButton(tr("Copy"), this))
    , m_retryButton(new QPushButton(this))
    , m_closeButton(new QToolButton(this))
    , m_details(new QPlainTextEdit(this))
{
    m_message->setObjectName(QStringLiteral("bannerMessageLabel"));
    m_nextStep->setObjectName(QStringLiteral("bannerNextStepLabel"));
    m_detailsButton->setObjectName(QStringLiteral("bannerDetailsButton"));
    m_copyButton->setObjectName(QStringLiteral("bannerCopyButton"));
    m_retryButton->setObjectName(QStringLiteral("bannerRetryButton"));
    m_closeButton->setObjectName(QStringLiteral("bannerCloseButton"));
    m_details->setObjectName(QStringLiteral("bannerDetailsEdit"));

    m_detailsButton->setFlat(true);
    m_copyButton->setFlat(true);
    m_copyButton->setToolTip(tr("Copy the message and its details"));
    m_closeButton->setIcon(symbolicIcon(QStringLiteral("close")));
    m_closeButton->setAutoRaise(true);
    m_closeButton->setAccessibleName(tr("Dismiss this message"));
    m_closeButton->setToolTip(tr("Dismiss"));
    m_details->setReadOnly(true);
    m_details->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_details->setMaximumHeight(grid * 15);
    m_details->setFrameShape(QFrame::NoFrame);
    m_details->setTabChangesFocus(true);
    m_details->setAccessibleName(tr("Details"));

    m_buttons->setSpacing(grid);
    m_buttons->addWidget(m_detailsButton);
    m_buttons->addWidget(m_copyButton);
    m_buttons->addStretch();
    m_buttons->addWidget(m_retryButton);

    auto *text = new QVBoxLayout;
    text->setSpacing(grid / 2);
    text->addWidget(m_message);
    text->addWidget(m_nextStep);
    text->addWidget(m_details);
    text->addLayout(m_buttons);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(grid * 2, grid + grid / 2, grid, grid);
    layout->setSpacing(grid + grid / 2);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addLayout(text, 1);
    layout->addWidget(m_closeButton, 0, Qt::AlignTop);

    connect(m_detailsButton, &QPushButton::clicked, this, [this] { setDetailsShown(m_details->isHidden()); });
    connect(m_copyButton, &QPushButton::clicked, this, [this] {
        QStringList parts{m_message->text(), m_nextStep->text(), m_details->toPlainText()};
        parts.removeAll(QString());
        QGuiApplication::clipboard()->setText(parts.join(QLatin1Char('\n')));
    });
    connect(m_retryButton, &QPushButton::clicked, this, &ErrorBanner::retryRequested);
    connect(m_closeButton, &QToolButton::clicked, this, [this] {
        clear();
        Q_EMIT dismissed();
    });
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    clear();
}

void ErrorBanner::showError(const Error &error, const QString &retryText)
{
    present(Kind::Error, error.message, error.nextStep, error.detail);
    m_retryButton->setText(retryText);
    m_retryButton->setVisible(!retryText.isEmpty());
}

void ErrorBanner::showMessage(Kind kind, const QString &message, const QString &nextStep)
{
    present(kind, message, nextStep, {});
}

void ErrorBanner::present(Kind kind, const QString &message, const QString &nextStep, const QString &detail)
{
    qDeleteAll(m_added);
    m_added.clear();
    m_kind = kind;
    QFont weight = font();
    // A paragraph in bold is harder to read than one that is not.
    weight.setWeight(message.size() < 120 ? QFont::DemiBold : QFont::Normal);
    m_message->setFont(weight);
    m_message->setText(message);
    m_nextStep->setText(nextStep);
    m_nextStep->setVisible(!nextStep.isEmpty());
    m_details->setPlainText(detail);
    m_detailsButton->setVisible(!detail.isEmpty());
    m_copyButton->setVisible(kind == Kind::Error);
    m_retryButton->hide();
    setDetailsShown(false);
    setAccessibleName(message);
    setAccessibleDescription(nextStep);
    tintIcon();
    show();
    update();
}

void ErrorBanner::clear()
{
    hide();
    qDeleteAll(m_added);
    m_added.clear();
    m_message->clear();
    m_nextStep->clear();
    m_details->clear();
    setDetailsShown(false);
}

QPushButton *ErrorBanner::addButton(const QString &text, const QString &objectName)
{
    auto *button = new QPushButton(text, this);
    button->setObjectName(objectName);
    m_buttons->insertWidget(m_buttons->indexOf(m_retryButton), button);
    m_added.append(button);
    button->show();
    return button;
}

void ErrorBanner::setDismissable(bool dismissable)
{
    m_closeButton->setVisible(dismissable);
}

QString ErrorBanner::message() const
{
    return m_message->text();
}

void ErrorBanner::setDetailsShown(bool shown)
{
    m_details->setVisible(shown);
    m_detailsButton->setText(shown ? tr("Hide details") : tr("Show details"));
}

void ErrorBanner::tintIcon()
{
    const int side = grid * 5 / 2;
    const QIcon icon = symbolicIcon(bannerIcon(m_kind));
    m_icon->setFixedSize(side, side);
    m_icon->setPixmap(icon.pixmap(QSize(side, side), devicePixelRatioF()));
}

void ErrorBanner::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        tintIcon();
}

void ErrorBanner::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = toneColor(bannerTone(m_kind), palette());
    QColor ground = color;
    ground.setAlphaF(isDark(palette()) ? 0.18f : 0.09f);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ground);
    painter.drawRoundedRect(box, grid / 2.0, grid / 2.0);
    painter.setBrush(color);
    painter.drawRoundedRect(QRectF(0, 0, 4, height()), 2, 2);
}

} // namespace nimbook::ui
