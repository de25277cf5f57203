// SPDX-License-Identifier: Apache-2.0
// Part of every test that is built with ThreadSanitizer. Qt itself is not instrumented and locks with futexes of its own, so what orders
// two threads of ours, a queued call, a pool's task, the end of a thread, cannot be seen and would look like a race. The functions by
// which we hand something over are stood in for here: each says what it orders, then calls Qt's. What they do not order stays visible.
// Not instrumented itself: what it does for the order comes before the order.
#include <QCoreApplication>
#include <QFutureInterface>
#include <QThread>
#include <QThreadPool>

#include <dlfcn.h>
#include <functional>

extern "C" void __tsan_acquire(void *);
extern "C" void __tsan_release(void *);

namespace {

char handedOver; // one place for all: a pair of threads that exchange events is ordered with the others too
char ended;

template<typename Function>
Function realOne(const char *mangled)
{
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, mangled));
}

struct ThreadEnd {
    ~ThreadEnd() { __tsan_release(&ended); }
};

/// Every event, in whichever thread, before it is delivered.
bool beforeEvent(void **)
{
    static thread_local ThreadEnd end;
    (void)&end;
    __tsan_acquire(&handedOver);
    return false;
}

const bool watching = QInternal::registerCallback(QInternal::EventNotifyCallback, beforeEvent);

} // namespace

void QMetaObject::activate(QObject *sender, const QMetaObject *metaObject, int signal, void **arguments)
{
    static const auto real = realOne<void (*)(QObject *, const QMetaObject *, int, void **)>("_ZN11QMetaObject8activateEP7QObjectPKS_iPPv");
    __tsan_release(&handedOver);
    real(sender, metaObject, signal, arguments);
}

#if QT_VERSION < QT_VERSION_CHECK(6, 7, 0)
bool QMetaObject::invokeMethodImpl(QObject *object, QtPrivate::QSlotObjectBase *slot, Qt::ConnectionType type, void *result)
{
    static const auto real = realOne<bool (*)(QObject *, QtPrivate::QSlotObjectBase *, Qt::ConnectionType, void *)>(
        "_ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtPrivate15QSlotObjectBaseEN2Qt14ConnectionTypeEPv");
    __tsan_release(&handedOver);
    return real(object, slot, type, result);
}
#else
bool QMetaObject::invokeMethodImpl(QObject *object, QtPrivate::QSlotObjectBase *slot, Qt::ConnectionType type, qsizetype count,
                                   const void *const *parameters, const char *const *names, const QtPrivate::QMetaTypeInterface *const *types)
{
    static const auto real = realOne<bool (*)(QObject *, QtPrivate::QSlotObjectBase *, Qt::ConnectionType, qsizetype, const void *const *,
                                              const char *const *, const QtPrivate::QMetaTypeInterface *const *)>(
        "_ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtPrivate15QSlotObjectBaseEN2Qt14ConnectionTypeExPKPKvPKPKcPKPKNS2_18QMetaTypeInterfaceE");
    __tsan_release(&handedOver);
    return real(object, slot, type, count, parameters, names, types);
}
#endif

void QCoreApplication::postEvent(QObject *receiver, QEvent *event, int priority)
{
    static const auto real = realOne<void (*)(QObject *, QEvent *, int)>("_ZN16QCoreApplication9postEventEP7QObjectP6QEventi");
    __tsan_release(&handedOver);
    real(receiver, event, priority);
}

void QObject::deleteLater()
{
    static const auto real = realOne<void (*)(QObject *)>("_ZN7QObject11deleteLaterEv");
    __tsan_release(&handedOver);
    real(this);
}

bool QThread::wait(QDeadlineTimer deadline)
{
    static const auto real = realOne<bool (*)(QThread *, QDeadlineTimer)>("_ZN7QThread4waitE14QDeadlineTimer");
    const bool over = real(this, deadline);
    __tsan_acquire(&ended);
    __tsan_acquire(&handedOver);
    return over;
}

void QThreadPool::start(std::function<void()> work, int priority)
{
    static const auto real = realOne<void (*)(QThreadPool *, std::function<void()>, int)>("_ZN11QThreadPool5startESt8functionIFvvEEi");
    std::function<void()> watched = [work = std::move(work)]() mutable {
        __tsan_acquire(&handedOver);
        work();
        work = nullptr; // what it holds goes here, where it was last used
        __tsan_release(&ended);
    };
    __tsan_release(&handedOver);
    real(this, std::move(watched), priority);
}

/// A promise tells its watcher by an event that Qt posts by itself.
void QFutureInterfaceBase::reportFinished()
{
    static const auto real = realOne<void (*)(QFutureInterfaceBase *)>("_ZN20QFutureInterfaceBase14reportFinishedEv");
    __tsan_release(&handedOver);
    real(this);
}

bool QThreadPool::waitForDone(int milliseconds)
{
    static const auto real = realOne<bool (*)(QThreadPool *, int)>("_ZN11QThreadPool11waitForDoneEi");
    const bool over = real(this, milliseconds);
    __tsan_acquire(&ended);
    return over;
}
