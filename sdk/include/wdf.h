/* SPDX-License-Identifier: MIT */
/* The Kernel-Mode Driver Framework, version 1.33. Every WDF function is an ordinary function that the emulated framework provides. */
#ifndef _WDF_H_
#define _WDF_H_

#include <wdftypes.h>
#include <wdfglobals.h>
#include <wdfobject.h>
#include <wdfcore.h>
#include <wdfsync.h>
#include <wdfdriver.h>
#include <wdfmemory.h>
#include <wdfstring.h>
#include <wdfcollection.h>
#include <wdfregistry.h>
#include <wdfresource.h>
#include <wdffileobject.h>
#include <wdfrequest.h>
#include <wdfio.h>
#include <wdfdevice.h>
#include <wdfchildlist.h>
#include <wdffdo.h>
#include <wdfpdo.h>
#include <wdfcontrol.h>
#include <wdfqueryinterface.h>
#include <wdfiotarget.h>
#include <wdfwmi.h>
#include <wdfdpc.h>
#include <wdftimer.h>
#include <wdfworkitem.h>
#include <wdfinterrupt.h>
#include <wdfdmaenabler.h>
#include <wdfdmatransaction.h>
#include <wdfcommonbuffer.h>
#include <wdfcompaniontarget.h>
#include <wdfverifier.h>
#include <wdfroletypes.h>
#include <wdfbugcodes.h>
#include <wdfassert.h>

#endif
