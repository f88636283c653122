/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shop-polyphone.h"

typedef struct
{
  gunichar character;
  char readings[20];
} Polyphone;

/* By code point. Without tones, the commonest first; ü is v. Some traditional forms that shops' lists have stand at their places. */
static const Polyphone polyphones[] = {
  { U'丁', "ding zheng" }, { U'万', "wan mo" }, { U'乐', "le yue" }, { U'乘', "cheng sheng" },
  { U'乜', "mie nie" }, { U'乾', "qian gan" }, { U'了', "le liao" }, { U'亡', "wang wu" },
  { U'亲', "qin qing" }, { U'什', "shen shi" }, { U'仇', "chou qiu" }, { U'仔', "zi zai" },
  { U'价', "jia jie" }, { U'会', "hui kuai" }, { U'传', "chuan zhuan" }, { U'伯', "bo bai" },
  { U'伺', "ci si" }, { U'似', "si shi" }, { U'伽', "jia qie ga" }, { U'佛', "fo fu" },
  { U'便', "bian pian" }, { U'俞', "yu shu" }, { U'俩', "lia liang" }, { U'偻', "lou lv" },
  { U'傳', "chuan zhuan" }, { U'價', "jia jie" }, { U'六', "liu lu" }, { U'兹', "zi ci" },
  { U'凹', "ao wa" }, { U'刨', "bao pao" }, { U'券', "quan xuan" }, { U'刹', "sha cha" },
  { U'削', "xiao xue" }, { U'剥', "bo bao" }, { U'剿', "jiao chao" }, { U'劲', "jin jing" },
  { U'勒', "le lei" }, { U'匙', "chi shi" }, { U'区', "qu ou" }, { U'區', "qu ou" },
  { U'单', "dan chan shan" }, { U'卜', "bu bo" }, { U'卡', "ka qia" }, { U'厕', "ce si" },
  { U'厦', "sha xia" }, { U'参', "can shen cen" }, { U'參', "can shen cen" }, { U'句', "ju gou" },
  { U'叨', "dao tao" }, { U'召', "zhao shao" }, { U'叶', "ye xie" }, { U'吁', "xu yu" }, { U'吓', "xia he" },
  { U'否', "fou pi" }, { U'吱', "zhi zi" }, { U'呐', "na ne" }, { U'员', "yuan yun" }, { U'呢', "ne ni" },
  { U'呱', "gua gu" }, { U'呲', "zi ci" }, { U'呷', "xia ga" }, { U'咀', "ju zui" }, { U'咋', "za zha ze" },
  { U'和', "he huo hu" }, { U'咖', "ka ga" }, { U'咯', "ge lo ka luo" }, { U'咳', "ke hai" },
  { U'咽', "yan ye" }, { U'員', "yuan yun" }, { U'哦', "o e" }, { U'哪', "na nei" }, { U'唬', "hu xia" },
  { U'喀', "ka ke" }, { U'喔', "o wo" }, { U'單', "dan chan shan" }, { U'喳', "zha cha" },
  { U'嗯', "en ng n" }, { U'嘘', "xu shi" }, { U'嘞', "lei le" }, { U'嘬', "zuo chuai" },
  { U'嘲', "chao zhao" }, { U'嚇', "xia he" }, { U'嚼', "jiao jue" }, { U'囤', "tun dun" },
  { U'圈', "quan juan" }, { U'圩', "wei xu" }, { U'地', "di de" }, { U'埋', "mai man" }, { U'埔', "pu bu" },
  { U'堡', "bao bu pu" }, { U'塞', "sai se" }, { U'壳', "ke qiao" }, { U'大', "da dai" },
  { U'夹', "jia ga" }, { U'夾', "jia ga" }, { U'奇', "qi ji" }, { U'姥', "lao mu" }, { U'娜', "na nuo" },
  { U'婼', "ruo chuo" }, { U'嬷', "mo ma" }, { U'孱', "chan can" }, { U'宓', "mi fu" }, { U'宿', "su xiu" },
  { U'尉', "wei yu" }, { U'尺', "chi che" }, { U'尾', "wei yi" }, { U'尿', "niao sui" },
  { U'屏', "ping bing" }, { U'属', "shu zhu" }, { U'屬', "shu zhu" }, { U'屯', "tun zhun" },
  { U'嵌', "qian kan" }, { U'差', "cha chai ci" }, { U'巷', "xiang hang" }, { U'幢', "chuang zhuang" },
  { U'度', "du duo" }, { U'廈', "sha xia" }, { U'弄', "nong long" }, { U'強', "qiang jiang" },
  { U'弹', "dan tan" }, { U'强', "qiang jiang" }, { U'彈', "dan tan" }, { U'彷', "fang pang" },
  { U'得', "de dei" }, { U'徵', "zheng zhi" }, { U'忒', "te tui" }, { U'恶', "e wu" }, { U'戌', "xu qu" },
  { U'扁', "bian pian" }, { U'扎', "zha za" }, { U'扒', "ba pa" }, { U'扛', "kang gang" },
  { U'折', "zhe she" }, { U'抹', "mo ma" }, { U'拓', "tuo ta" }, { U'拗', "ao niu" }, { U'择', "ze zhai" },
  { U'括', "kuo gua" }, { U'拽', "zhuai ye" }, { U'挝', "wo zhua" }, { U'挟', "xie jia" },
  { U'捋', "lv luo" }, { U'掺', "chan shan can" }, { U'提', "ti di" }, { U'摩', "mo ma" }, { U'撮', "cuo zuo" },
  { U'擇', "ze zhai" }, { U'攒', "zan cuan" }, { U'敦', "dun dui" }, { U'数', "shu shuo" },
  { U'數', "shu shuo" }, { U'於', "yu wu" }, { U'无', "wu mo" }, { U'晟', "sheng cheng" },
  { U'暴', "bao pu" }, { U'曝', "pu bao" }, { U'曾', "ceng zeng" }, { U'會', "hui kuai" },
  { U'朝', "chao zhao" }, { U'术', "shu zhu" }, { U'朴', "pu piao po" }, { U'杉', "shan sha" },
  { U'杓', "shao biao" }, { U'枞', "cong zong" }, { U'枸', "gou ju" }, { U'柏', "bai bo" },
  { U'柜', "gui ju" }, { U'柞', "zuo zha" }, { U'查', "cha zha" }, { U'栅', "zha shan" }, { U'栖', "qi xi" },
  { U'校', "xiao jiao" }, { U'核', "he hu" }, { U'桁', "heng hang" }, { U'桔', "ju jie" },
  { U'桧', "gui hui" }, { U'棱', "leng ling" }, { U'椎', "zhui chui" }, { U'楂', "zha cha" },
  { U'槛', "kan jian" }, { U'槟', "bin bing" }, { U'樂', "le yue" }, { U'樘', "tang cheng" },
  { U'模', "mo mu" }, { U'檻', "kan jian" }, { U'歙', "she xi" }, { U'殖', "zhi shi" }, { U'殷', "yin yan" },
  { U'殼', "ke qiao" }, { U'氏', "shi zhi" }, { U'氓', "mang meng" }, { U'汤', "tang shang" },
  { U'沈', "shen chen" }, { U'沒', "mei mo" }, { U'沓', "ta da" }, { U'没', "mei mo" }, { U'泊', "bo po" },
  { U'泌', "mi bi" }, { U'泷', "long shuang" }, { U'洗', "xi xian" }, { U'浒', "hu xu" },
  { U'浚', "jun xun" }, { U'涌', "yong chong" }, { U'涡', "wo guo" }, { U'渑', "mian sheng" },
  { U'湯', "tang shang" }, { U'溺', "ni niao" }, { U'漯', "luo ta" }, { U'潦', "lao liao" },
  { U'澄', "cheng deng" }, { U'澹', "dan tan" }, { U'瀑', "pu bao" }, { U'炮', "pao bao" },
  { U'烙', "lao luo" }, { U'無', "wu mo" }, { U'焯', "zhuo chao" }, { U'熟', "shu shou" },
  { U'熨', "yun yu" }, { U'爪', "zhua zhao" }, { U'牟', "mou mu" }, { U'率', "lv shuai" },
  { U'珲', "hun hui" }, { U'琢', "zhuo zuo" }, { U'畜', "chu xu" }, { U'番', "fan pan" },
  { U'疟', "nve yao" }, { U'的', "de di" }, { U'盖', "gai ge" }, { U'盛', "sheng cheng" },
  { U'省', "sheng xing" }, { U'着', "zhe zhao zhuo" }, { U'石', "shi dan" }, { U'硌', "ge luo" },
  { U'碌', "lu liu" }, { U'磅', "bang pang" }, { U'祭', "ji zhai" }, { U'禅', "chan shan" },
  { U'种', "zhong chong" }, { U'秘', "mi bi" }, { U'称', "cheng chen" }, { U'種', "zhong chong" },
  { U'稱', "cheng chen" }, { U'稽', "ji qi" }, { U'筠', "yun jun" }, { U'粘', "zhan nian" },
  { U'粳', "jing geng" }, { U'糜', "mi mei" }, { U'系', "xi ji" }, { U'約', "yue yao" },
  { U'絡', "luo lao" }, { U'給', "gei ji" }, { U'繁', "fan po" }, { U'纖', "xian qian" },
  { U'纤', "xian qian" }, { U'约', "yue yao" }, { U'纶', "lun guan" }, { U'给', "gei ji" },
  { U'络', "luo lao" }, { U'绰', "chuo chao" }, { U'综', "zong zeng" },
  { U'缉', "ji qi" }, { U'缪', "miu miao mou mu" }, { U'翟', "zhai di" }, { U'耙', "ba pa" },
  { U'肋', "lei le" }, { U'胖', "pang pan" }, { U'胳', "ge ga" }, { U'脉', "mai mo" }, { U'脚', "jiao jue" },
  { U'脯', "fu pu" }, { U'腊', "la xi" }, { U'腌', "yan a" }, { U'腳', "jiao jue" }, { U'膀', "bang pang" },
  { U'膻', "shan dan" }, { U'臂', "bi bei" }, { U'臘', "la xi" }, { U'臭', "chou xiu" }, { U'般', "ban bo" },
  { U'色', "se shai" }, { U'艾', "ai yi" }, { U'芥', "jie gai" }, { U'芫', "yan yuan" },
  { U'茄', "qie jia" }, { U'茜', "qian xi" }, { U'荠', "qi ji" }, { U'荥', "xing ying" },
  { U'荨', "xun qian" }, { U'莎', "sha suo" }, { U'莘', "shen xin" }, { U'莞', "guan wan" },
  { U'萬', "wan mo" }, { U'落', "luo la lao" }, { U'葉', "ye xie" }, { U'著', "zhu zhe zhuo" },
  { U'葚', "shen ren" }, { U'蓋', "gai ge" }, { U'蔓', "man wan" }, { U'蔔', "bo bu" }, { U'蔚', "wei yu" },
  { U'薄', "bao bo" }, { U'藉', "jie ji" }, { U'藏', "cang zang" }, { U'虹', "hong jiang" },
  { U'虾', "xia ha" }, { U'蚌', "bang beng" }, { U'蚵', "ke e he" }, { U'蛤', "ha ge" }, { U'蛸', "xiao shao" },
  { U'蜡', "la zha" }, { U'蝦', "xia ha" }, { U'螫', "shi zhe" }, { U'血', "xue xie" },
  { U'行', "xing hang heng" }, { U'術', "shu zhu" }, { U'衰', "shuai cui" }, { U'裳', "chang shang" },
  { U'褪', "tui tun" }, { U'褶', "zhe xi" }, { U'覃', "qin tan" }, { U'見', "jian xian" },
  { U'覺', "jue jiao" }, { U'见', "jian xian" }, { U'觉', "jue jiao" }, { U'角', "jiao jue" },
  { U'解', "jie xie" }, { U'說', "shuo shui yue" }, { U'説', "shuo shui yue" }, { U'調', "diao tiao" },
  { U'識', "shi zhi" }, { U'讀', "du dou" }, { U'识', "shi zhi" }, { U'说', "shuo shui yue" },
  { U'读', "du dou" }, { U'谁', "shui shei" }, { U'调', "diao tiao" }, { U'谜', "mi mei" },
  { U'谷', "gu yu" }, { U'貉', "hao he" }, { U'賈', "jia gu" }, { U'賺', "zhuan zuan" }, { U'贲', "ben bi" },
  { U'费', "fei bi" }, { U'贾', "jia gu" }, { U'赚', "zhuan zuan" }, { U'蹊', "qi xi" }, { U'車', "che ju" },
  { U'轉', "zhuan zhuai" }, { U'车', "che ju" }, { U'轧', "zha ya ga" }, { U'转', "zhuan zhuai" },
  { U'辟', "pi bi" }, { U'还', "hai huan" }, { U'迫', "po pai" }, { U'逮', "dai di" }, { U'遗', "yi wei" },
  { U'遺', "yi wei" }, { U'還', "hai huan" }, { U'那', "na nei" }, { U'郄', "qie xi" }, { U'都', "dou du" },
  { U'酢', "zuo cu" }, { U'酵', "jiao xiao" }, { U'重', "zhong chong" }, { U'鉛', "qian yan" },
  { U'鑰', "yao yue" }, { U'钥', "yao yue" }, { U'钿', "tian dian" }, { U'铅', "qian yan" },
  { U'铛', "dang cheng" }, { U'铣', "xi xian" }, { U'铫', "diao yao" }, { U'镐', "gao hao" },
  { U'镡', "xin tan chan" }, { U'長', "chang zhang" }, { U'长', "chang zhang" }, { U'阿', "a e" },
  { U'陂', "bei po pi" }, { U'陆', "lu liu" }, { U'降', "jiang xiang" }, { U'陶', "tao yao" },
  { U'陸', "lu liu" }, { U'隗', "wei kui" }, { U'隽', "juan jun" }, { U'雀', "que qiao" },
  { U'露', "lu lou" }, { U'靓', "liang jing" }, { U'鞘', "qiao shao" }, { U'颈', "jing geng" },
  { U'颤', "chan zhan" }, { U'食', "shi si" }, { U'骑', "qi ji" }, { U'骠', "biao piao" },
  { U'魄', "po tuo bo" }, { U'鲑', "gui xie" }, { U'鳥', "niao diao" }, { U'鸟', "niao diao" },
  { U'鹄', "hu gu" }, { U'鹘', "gu hu" }, { U'龜', "gui jun qiu" }, { U'龟', "gui jun qiu" },
};

const char *
shop_polyphone_readings (gunichar character)
{
  gsize low = 0, high = G_N_ELEMENTS (polyphones);

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (polyphones[middle].character == character)
        return polyphones[middle].readings;
      if (polyphones[middle].character < character)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

guint
shop_polyphone_count (void)
{
  return G_N_ELEMENTS (polyphones);
}

gunichar
shop_polyphone_character (guint index)
{
  g_assert (index < G_N_ELEMENTS (polyphones));
  return polyphones[index].character;
}
