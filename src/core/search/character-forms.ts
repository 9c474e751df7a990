/**
 * Other characters under which one is meant as well, in scripts whose words are looked for character by character.
 *
 * Promises: pure; hiragana and katakana stand for each other, and so do the simplified and traditional forms of
 * the Chinese characters that letters to a desk use most.
 */

/** The word itself is not among them. */
export function characterForms(word: string): readonly string[] {
  if (word.length !== 1) return [];
  const code = word.charCodeAt(0);
  if (code >= 0x3041 && code <= 0x3096) return [String.fromCharCode(code + 0x60)];
  if (code >= 0x30a1 && code <= 0x30f6) return [String.fromCharCode(code - 0x60)];
  return chineseForms.get(word) ?? [];
}

/** Pairs of a simplified and a traditional character. */
const pairs =
  '发發发髮单單订訂货貨贷貸账帳帐帳号號码碼录錄记記忆憶请請问問题題说說话話语語电電脑腦机機网網络絡线線页頁图圖书書费費钱錢银銀购購买買卖賣价價' +
  '贵貴贱賤赔賠偿償负負责責财財务務报報销銷税稅据據证證验驗认認识識别別个個们們这這来來时時会會对對为為从從应應该該与與关關开開门門间間闻聞阅閱' +
  '读讀写寫学學习習国國华華汉漢台臺湾灣东東车車运運输輸邮郵达達远遠还還过過进進选選择擇边邊连連迟遲递遞装裝坏壞换換损損伤傷质質产產业業员員众眾' +
  '专專长長张張强強师師两兩丽麗乐樂义義亏虧云雲亚亞亲親亿億仅僅仓倉仪儀伙夥优優传傳伟偉体體余餘侧側侦偵俭儉债債倾傾储儲儿兒党黨兰蘭兴興养養兽獸' +
  '内內册冊军軍农農冲衝决決况況冻凍净淨减減凤鳳击擊划劃刘劉则則刚剛创創删刪剂劑剑劍办辦动動励勵劳勞势勢区區医醫卫衛厂廠历歷厅廳压壓厨廚县縣参參' +
  '双雙变變叶葉吗嗎听聽启啟呜嗚响響哑啞唤喚团團园園围圍圆圓圣聖场場块塊坚堅坛壇垒壘壮壯声聲处處备備复復够夠头頭夹夾奋奮奖獎妇婦妈媽娱娛孙孫宁寧' +
  '宝寶实實宠寵审審宪憲宽寬宾賓寻尋导導将將尔爾尘塵尝嘗尽盡层層届屆属屬岁歲岛島币幣帅帥帮幫带帶广廣庆慶库庫废廢归歸当當彻徹忧憂怀懷态態总總恋戀' +
  '恼惱悬懸惊驚惯慣愿願懒懶户戶扑撲执執扩擴扫掃扬揚扰擾抢搶护護担擔拟擬拥擁挂掛挤擠挥揮捡撿摆擺摄攝敌敵数數斋齋斗鬥断斷无無旧舊显顯晓曉暂暫术術' +
  '朴樸杀殺杂雜权權条條极極构構标標栋棟树樹样樣档檔桥橋检檢楼樓欢歡欧歐残殘毁毀毕畢气氣汇匯沟溝泽澤洁潔测測济濟浏瀏润潤涨漲温溫湿濕满滿滚滾灭滅' +
  '灯燈灵靈点點炼煉烂爛烦煩烧燒热熱爱愛牵牽犹猶独獨狮獅现現环環玛瑪疗療疯瘋盖蓋监監盘盤确確础礎礼禮离離种種积積称稱稳穩穷窮竞競笔筆签簽简簡类類' +
  '粮糧系係紧緊纠糾红紅约約级級纪紀纯純纸紙组組细細终終经經结結给給绝絕统統继繼绩績续續维維综綜绿綠编編缩縮缴繳罚罰罗羅职職联聯肤膚胜勝脏髒脚腳' +
  '脸臉节節苏蘇药藥获獲营營蓝藍虽雖虚虛补補袭襲见見观觀规規视視览覽觉覺触觸计計讨討让讓训訓议議讯訊讲講许許论論设設访訪诉訴诊診词詞译譯试試诗詩' +
  '诚誠详詳误誤调調谁誰谈談谢謝贝貝贺賀资資赏賞赛賽赢贏赶趕跃躍转轉轮輪软軟轻輕载載较較辆輛辑輯迁遷违違适適遗遺邻鄰酱醬释釋钟鐘钥鑰铁鐵铃鈴铜銅' +
  '链鏈锁鎖错錯键鍵镜鏡闭閉阳陽阴陰阶階际際陆陸陈陳险險随隨隐隱难難雾霧静靜顶頂项項顺順须須顾顧预預领領频頻颜顏额額风風飞飛饭飯饮飲馆館马馬驱驅' +
  '骗騙鱼魚鲜鮮鸟鳥鸡雞麦麥黄黃龙龍龟龜齐齊齿齒几幾么麼后後里裡制製面麵只隻台檯松鬆征徵';

const chineseForms: ReadonlyMap<string, readonly string[]> = readPairs(pairs);

function readPairs(text: string): ReadonlyMap<string, readonly string[]> {
  const forms = new Map<string, string[]>();
  const put = (one: string, other: string) => {
    const known = forms.get(one) ?? [];
    if (one !== other && !known.includes(other)) forms.set(one, [...known, other]);
  };
  for (let at = 0; at + 1 < text.length; at += 2) {
    const [one = '', other = ''] = [text.charAt(at), text.charAt(at + 1)];
    put(one, other);
    put(other, one);
  }
  return forms;
}
