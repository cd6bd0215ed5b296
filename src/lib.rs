//! Sisetu 四色图
