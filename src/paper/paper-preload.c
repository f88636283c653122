/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "paper-preload.h"

#include "paper-raster.h"

#include "base-memory.h"

#define PRELOAD_WIDTH_DOTS 576
#define PRELOAD_ROWS 48 /* of a usual receipt: what memory it takes is then there, too */

/* Drawing a character for the first time costs tens of microseconds, a receipt's worth of new ones
 * more than all the rest of it. These are what receipts, goods and addresses of Chinese shops are
 * mostly written with; each line is one turn under the lock, so a receipt that comes meanwhile
 * waits for a line and not for all. */
static const char letters[]
    = "0123456789.,:;%#*×+-−=/()[]¥$€£ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz…’";
static const char *const hanzi[] = {
  "小票单号时间收银员商品名称数量价金额合计总折扣优惠税率不含共件现支付找零应实行卡",
  "微信宝已批准存未机构授权码终端流水交易日期欢迎光临谢顾店地址电话退货换凭证签字训",
  "练模式补打作废牛奶酸纯鲜豆浆咖啡绿茶红乌龙茉莉花果汁橙葡萄苹桃梨蜜柚柠檬西瓜草莓",
  "蓝香蕉芒椰子菠萝火哈密樱荔枝枣核仁杏山楂猕猴可口乐雪碧百事芬达矿泉净苏气泡饮料啤",
  "酒白干黄米老窖二锅头茅台五粮液青岛尔滨燕京大面粉挂条方便丝油生菜籽玉调和橄榄盐糖",
  "醋酱抽蚝鸡精味辣椒胡八角桂皮葱姜蒜豉腐乳榨咸蛋松猪羊鸭鹅鱼虾蟹肉排骨腿翅爪肝肠腊",
  "丸片块馅饺馄饨包馒汤圆粽月饼芹韭甘土番茄南冬苦卜莲藕笋蘑菇木耳海带紫芽苗糕曲奇薯",
  "巧克力冻梅轧软硬威化派酥卷巴脆旺仔徐福记洗衣皂洁发露沐浴牙膏刷毛巾纸湿手帕卫棉尿",
  "垃圾袋保膜盒杯碗筷勺盘刀剪池灯插座充线护肤霜唇防晒驱蚊灭虫药创贴罩消毒体温维素钙",
  "感冒颗粒笔本珠铅橡胶尺封文夹书报刊玩具球服裤袜鞋帽套围伞康师傅统一今麦郎蒙伊利明",
  "娃农夫怡王吉加多鹭能雀巢立顿天鲁门中双汇雨润安井思念三全湾亮雕牌奥妙汰渍舒佳士高",
  "黑人云客清风心相印柔菲特级装瓶罐箱桶根只个组份提板斤两千公毫升厘层厚薄长短新原麻",
  "甜淡无低脂脱有态然进国产经典家庭促销赠买送满减北上广州深圳津重庆杭成都武汉东路街",
  "道区市省楼室超场连锁分活馆四六七九十万元年星早晚下午秒前后左右内外的了是在这为以",
  "到说要就出会也你对自他得着过学她热溶磨叠枚音皇节芫购叶淋芝速贺荽桔筒物冠陈荠食荸",
  "淇冰妈烧标富兔起当把还用第样想种开使从定见主",
};

static void
draw (const ShopReceipt *receipt)
{
  g_autoptr (PaperLayout) layout = paper_layout_new (receipt, PRELOAD_WIDTH_DOTS, NULL);
  g_autoptr (PaperRaster) raster = paper_raster_new (layout);

  g_assert (raster->height > 0);
}

static void
draw_usual (void)
{
  g_autoptr (ShopReceipt) receipt = shop_receipt_new ();

  for (guint i = 0; i < PRELOAD_ROWS; i++)
    shop_receipt_columns (receipt, "小票单号时间", "2 × 3.50", "7.00", FALSE, 1);
  draw (receipt);
}

static void
draw_letters (void)
{
  g_autoptr (ShopReceipt) receipt = shop_receipt_new ();

  shop_receipt_columns (receipt, letters, "1", "2", FALSE, 1);
  shop_receipt_columns (receipt, letters, "1", "2", TRUE, 1);
  shop_receipt_text (receipt, SHOP_ALIGN_CENTRE, 2, TRUE, "0123456789.,¥合计");
  shop_receipt_boxed (receipt, "训练补打");
  draw (receipt);
}

/* A font of all Chinese is 19 MB, and what is read of it for a few hundred letters lies so
 * scattered that the system maps half the file. The letters are in Cairo's cache now; a rare one
 * that comes later takes its page from the system's. */
static void
give_back (void)
{
  static const char *const fonts[] = { ".ttc", ".otf", ".ttf", ".otc", NULL };

  base_memory_drop_files (fonts);
  base_memory_trim_heap ();
}

void
paper_preload (void)
{
  draw_letters ();
  for (gsize i = 0; i < G_N_ELEMENTS (hanzi); i++)
    {
      g_autoptr (ShopReceipt) receipt = shop_receipt_new ();

      shop_receipt_text (receipt, SHOP_ALIGN_LEFT, 1, FALSE, hanzi[i]);
      draw (receipt);
    }
  give_back ();
  draw_usual ();
}
