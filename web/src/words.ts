// The Chinese words of the field, as data: one term for one idea.

/** A risk grade on the wire: 1 red … 4 blue, null where nothing is known. */
export type RiskLevel = 1 | 2 | 3 | 4 | null;

export interface LevelWords {
  level: RiskLevel;
  /** Short word printed on the map and in tables. */
  word: string;
  /** Full name of the grade. */
  name: string;
  /** The colour in words: no colour is ever shown without it. */
  colour: string;
  /** What the grade asks for, in at most twelve characters. */
  meaning: string;
}

/** Worst first, as every legend and list shows them. */
export const LEVELS: readonly LevelWords[] = [
  { level: 1, word: "重大", name: "重大风险", colour: "红", meaning: "立即管控，挂牌督办" },
  { level: 2, word: "较大", name: "较大风险", colour: "橙", meaning: "重点监管，限期治理" },
  { level: 3, word: "一般", name: "一般风险", colour: "黄", meaning: "日常监管，定期检查" },
  { level: 4, word: "低", name: "低风险", colour: "蓝", meaning: "常规管理" },
  { level: null, word: "无数据", name: "无数据", colour: "网格", meaning: "尚未评级，不等于安全" },
];

/** The words of one grade; anything that is not 1–4 is no data. */
export function levelWords(level: unknown): LevelWords {
  const found = LEVELS.find((words) => words.level === level);
  return found ?? (LEVELS[LEVELS.length - 1] as LevelWords);
}

export type Verdict = "veto" | "fail" | "undetermined" | "review" | "pass";

export const VERDICTS: Record<Verdict, { word: string; sign: string }> = {
  veto: { word: "一票否决", sign: "×" },
  fail: { word: "不符合", sign: "×" },
  undetermined: { word: "无法判定（数据缺失）", sign: "?" },
  review: { word: "需论证或审批", sign: "◐" },
  pass: { word: "符合", sign: "✓" },
};

export type Outcome = "violated" | "marginal" | "undetermined" | "needs_approval" | "needs_demonstration" | "met";

export const OUTCOMES: Record<Outcome, { word: string; sign: string }> = {
  violated: { word: "违反", sign: "×" },
  undetermined: { word: "无法判定", sign: "?" },
  needs_approval: { word: "需审批", sign: "◐" },
  needs_demonstration: { word: "需论证", sign: "◐" },
  marginal: { word: "临界（需实测）", sign: "◐" },
  met: { word: "符合", sign: "✓" },
};

export const EFFECTS: Record<string, string> = {
  prohibit: "禁止性规定",
  comply: "强制性距离",
  approve: "须经审批",
  demonstrate: "须经论证",
};

/** What a violation of each effect leads to. */
export const EFFECT_MEANINGS: Record<string, string> = {
  prohibit: "违反即一票否决",
  comply: "达不到即不符合",
  approve: "须报有权机关批准或征求意见",
  demonstrate: "须由建设单位论证",
};

export const ACTIONS: readonly (readonly [string, string])[] = [
  ["new", "新建"],
  ["expand", "扩建"],
  ["renovate", "改建"],
  ["existing", "现状"],
];

export const LAYERS: Record<string, string> = {
  enterprises: "企业",
  hazardous_goods: "危险货物",
  hca_segments: "管道高后果区",
  hidden_dangers: "隐患",
  installations: "装置设施",
  lifelines: "城市生命线",
  pipelines: "油气管道",
  pipeline_facilities: "管道附属设施",
  residential_zones: "居民区",
  protection_targets: "防护目标",
  buffer_zones: "防护带",
  chemical_parks: "化工园区",
  waters: "河湖水系",
  roads: "公路",
  railways: "铁路",
  power_lines: "电力线路",
  structures: "构筑物",
  protected_areas: "保护区",
  admin_units: "行政区划",
  coverage: "数据覆盖",
};

export function layerWord(layer: string): string {
  return LAYERS[layer] ?? layer;
}

/** Labels of the fields a person wants to read; a field not named here stays out of sight. */
export const FIELDS: Record<string, string> = {
  kind: "类别",
  industry: "行业",
  status: "状态",
  township: "所属乡镇",
  medium: "输送介质",
  regime: "管道类别",
  diameter_mm: "外径（mm）",
  pressure_mpa: "最大允许压力（MPa）",
  operator: "运营单位",
  year: "投用年份",
  households: "户数",
  persons: "人数",
  beds: "床位数",
  voltage_kv: "电压（kV）",
  grade: "等级",
  risk_method: "评级方法",
  risk_score: "评分",
  L: "可能性 L",
  E: "暴露频度 E",
  C: "后果严重度 C",
  S: "后果严重度 S",
  lec_scale: "C 值取值表",
  hazard_grade: "重大危险源等级",
  untested_process: "新工艺未经试验或论证",
  no_formal_design: "未经正规设计且未做设计诊断",
  unqualified_operators: "特种作业人员资质不符",
  accident_record: "事故记录达直接判红条件",
  external_distance_short: "外部安全防护距离不足",
  toxic_pipe_outside: "剧毒气体管道穿越公共区域",
  power_line_crosses: "架空电力线路穿越生产区",
  eliminated_process: "使用淘汰工艺设备",
  of: "所在对象",
  found_on: "发现日期",
  deadline: "整改期限",
  closed_on: "销号日期",
  closed_by: "销号人",
  closure_document: "销号文件",
  override_by: "改判人",
  override_reason: "改判理由",
  responsible_person: "责任人",
  responsible_unit: "责任单位",
  regulator: "监管部门",
  committee: "专业委员会",
  red_closed_on: "红色销号日期",
  red_closed_by: "红色销号人",
  red_closure_document: "红色销号文件",
  person: "责任人",
  unit: "责任单位",
  phone: "电话",
  code: "代码",
  accuracy_m: "位置精度（m）",
  source: "数据来源",
};

/** Coded values that appear in those fields. */
export const VALUES: Record<string, string> = {
  chemical_plant: "化工厂",
  factory: "工厂",
  mine: "矿山",
  warehouse: "仓库",
  tank_farm: "罐区",
  fuel_station: "加油站",
  oil_depot: "石油库",
  lpg_station: "液化石油气站",
  cng_lng_station: "压缩／液化天然气站",
  h2_station: "加氢站",
  lpg_filling_station: "汽车液化石油气加气站",
  fireworks_store: "烟花爆竹仓库",
  explosives_store: "民爆物品仓库",
  operating: "在产",
  construction: "在建",
  suspended: "停产",
  closed: "关闭",
  natural_gas: "天然气",
  crude: "原油",
  refined: "成品油",
  lpg: "液化石油气",
  chemical: "化工品",
  long_distance: "长输管道",
  urban_gas: "城镇燃气",
  in_plant: "厂内管道",
  school: "学校",
  kindergarten: "幼儿园",
  hospital: "医院",
  nursing_home: "养老院",
  yangtze_main: "长江干流",
  yangtze_tributary: "长江支流",
  yangtze_major_tributary: "长江重要支流",
  lake: "湖泊",
  reservoir: "水库",
  canal: "渠道",
  expressway: "高速公路",
  A_works: "甲类厂房",
  B_works: "乙类厂房",
  A_store_1256: "甲类 1、2、5、6 项仓库",
  A_store_34: "甲类 3、4 项仓库",
  AB_liquid_tanks: "甲乙类液体储罐区",
  liquefied_hydrocarbon_tank: "液化烃罐组",
  class_a_b_liquid_tank: "甲乙类液体罐组",
  flare: "火炬",
  class_a_b_unit: "甲乙类装置",
  important_facility: "全厂性重要设施",
  theatre: "影剧院",
  stadium: "体育场馆",
  library: "图书馆",
  museum: "博物馆",
  shopping_mall: "商场",
  market: "集贸市场",
  hotel: "宾馆、饭店",
  station: "客运站",
  government: "党政机关",
  religious: "宗教活动场所",
  park: "公园、广场",
  residential: "居民区",
  tailings_pond: "尾矿库",
  major: "重大",
  general: "一般",
  national: "国道",
  provincial: "省道",
  county: "县道",
  township: "乡道",
  urban: "城市道路",
  railway: "铁路",
  road: "公路",
  high_speed: "高速铁路",
  other: "普速铁路",
  LEC: "作业条件危险性评价法（LEC）",
  LS: "风险矩阵法（LS）",
  hazchem_score: "危险化学品企业评分法",
  gb18218: "重大危险源分级（GB 18218）",
  direct: "直接判定情形",
  head_pond: "头顶库",
  hidden_danger: "重大隐患未销号",
  override: "人工调整",
  default: "按类别默认",
  given: "直接给定",
  max: "就高：取最严重对象的等级",
  held: "已发布为红色，无销号文件，保持红色",
};

/** Steps of a grading method that have a name of their own. */
export const STEPS: Record<string, string> = {
  given: "登记等级",
  computed: "计算等级",
  default: "默认等级",
  override: "人工调整",
  held: "保持红色",
  risk_level: "最终等级",
  more: "未列出对象",
  alpha: "厂外人员校正系数",
  hazard_grade: "重大危险源级别（1 级最高）",
  score: "评分",
  risk_score: "评分",
  ground: "定级依据",
  lec_scale: "C 值取值表",
  substance: "存放物质 q/Q",
  ambiguous: "条目不唯一的物质",
  plant_boundary: "厂界",
  residents: "厂界外 500 m 常住人口",
  hidden_dangers: "未销号隐患",
  closed: "已销号",
  head_pond: "下泄路径上的居民区、防护目标",
};

/** Steps whose value is a grade, to be read as a word rather than a number. */
export const GRADE_STEPS = new Set(["given", "computed", "ground", "default", "override", "held", "risk_level"]);

/** The Chinese part of a sentence that the service gives in Chinese and English on one line. */
export function chinese(text: string): string {
  return text.split(" / ")[0] ?? text;
}

export function valueWord(value: unknown): string {
  if (value === null || value === undefined) return "—";
  if (value === true) return "是";
  if (value === false) return "否";
  if (Array.isArray(value)) return value.map(valueWord).join("、");
  if (value !== null && typeof value === "object") return JSON.stringify(value);
  const text = String(value);
  return VALUES[text] ?? text;
}

/** What `data_origin` says about a feature, where it is worth a badge. */
export function originBadge(origin: unknown): string | null {
  if (origin === "synthetic") return "模拟数据";
  if (origin === "sketch") return "示意数据";
  return null;
}
